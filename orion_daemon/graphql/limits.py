"""How much one document may ask for: depth, aliases, tokens, and whether it may ask for the schema.

The limits are those of the request's context, so one schema serves every configuration. Every fragment is measured
once however often it is spread, so a small document cannot make the measuring itself expensive. Parsing and
validation of a document seen before are remembered (strawberry's caches, behind these checks).
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)
from strawberry.extensions import SchemaExtension

from orion_daemon.graphql.context import Limits

_COUNTED_UP_TO = 1_000_000


class _Measure:
    """(depth, aliases) of selection sets; a cycle of fragments counts once, another rule refuses it."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, tuple[int, int]] = {}

    def of(self, selections: SelectionSetNode | None) -> tuple[int, int]:
        depth = aliases = below = found = 0
        for one in selections.selections if selections else ():
            if isinstance(one, FieldNode):
                if one.name.value.startswith("__"):
                    continue  # graphql-core's own rule bounds introspection
                below, found = self.of(one.selection_set)
                below += 1 if one.selection_set else 0
                found += 1 if one.alias else 0
            elif isinstance(one, FragmentSpreadNode):
                below, found = self._fragment(one.name.value)
            elif isinstance(one, InlineFragmentNode):
                below, found = self.of(one.selection_set)
            depth, aliases = max(depth, below), min(_COUNTED_UP_TO, aliases + found)
        return depth, aliases

    def _fragment(self, name: str) -> tuple[int, int]:
        if name not in self._known:
            self._known[name] = (0, 0)
            fragment = self._fragments.get(name)
            self._known[name] = self.of(fragment.selection_set) if fragment else (0, 0)
        return self._known[name]


@lru_cache(maxsize=16)
def rules(limits: Limits) -> tuple[type[ValidationRule], ...]:
    """The same limits give the very same rules, which is what the cache of validations is keyed by."""

    class SizeRule(ValidationRule):
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            definitions = context.document.definitions
            measure = _Measure({one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)})
            for operation in definitions:
                if not isinstance(operation, OperationDefinitionNode):
                    continue
                depth, aliases = measure.of(operation.selection_set)
                if depth > limits.max_depth:
                    self._refuse(f"The query is {depth} levels deep; {limits.max_depth} are allowed.", operation)
                if aliases > limits.max_aliases:
                    self._refuse(f"The query has {aliases} aliases; {limits.max_aliases} are allowed.", operation)

        def _refuse(self, message: str, operation: OperationDefinitionNode) -> None:
            self.report_error(GraphQLError(message, operation, extensions={"code": "LIMIT_EXCEEDED"}))

    found: list[Any] = [SizeRule]
    if not limits.introspection:
        found.append(NoSchemaIntrospectionCustomRule)
    return tuple(found)


class DocumentLimits(SchemaExtension):
    def on_operation(self) -> Iterator[None]:
        execution = self.execution_context
        limits: Limits = execution.context.parts.limits
        execution.parse_options["max_tokens"] = limits.max_tokens
        execution.validation_rules = (*execution.validation_rules, *rules(limits))
        yield
