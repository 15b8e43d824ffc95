"""How much one document may ask for: depth, aliases, tokens, and whether it may ask for the schema.

The limits are those of the request's context, so one schema serves every configuration. Every fragment is measured
once however often it is spread, so a small document cannot make the measuring itself expensive. One rule of the
standard compares each field with each other of its name and place, so a document that repeats itself is refused before
it is validated. Parsing and validation of a document seen before are remembered (strawberry's caches, behind these
checks).
"""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
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
from orion_daemon.graphql.errors import Coded

_COUNTED_UP_TO = 1_000_000
_REPEATS = 50  # of one field, or of spreads, at one place of the answer
_VISITS = 20_000


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


def repeats_itself(document: DocumentNode) -> bool:
    """Whether comparing fields of one name at one place would take long; fragments count where they are spread."""
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    seen: Counter[tuple[object, str]] = Counter()
    places: dict[tuple[object, str], object] = {}
    waiting: list[tuple[object, SelectionSetNode | None]] = [
        (object(), one.selection_set) for one in document.definitions if isinstance(one, OperationDefinitionNode)
    ]
    waiting += [(object(), one.selection_set) for one in fragments.values()]  # those that nobody spreads, too
    visits = 0
    while waiting:
        place, selections = waiting.pop()
        for one in selections.selections if selections else ():
            visits += 1
            if isinstance(one, FieldNode):
                key = place, (one.alias or one.name).value
                waiting.append((places.setdefault(key, object()), one.selection_set))
            elif isinstance(one, FragmentSpreadNode):
                key = place, f"...{one.name.value}"
                if not seen[key] and one.name.value in fragments:
                    waiting.append((place, fragments[one.name.value].selection_set))
                seen[place, "..."] += 1
            elif isinstance(one, InlineFragmentNode):
                key = place, "... on"
                waiting.append((place, one.selection_set))
            else:
                continue
            seen[key] += 1
            if seen[key] > _REPEATS or seen[place, "..."] > _REPEATS or visits > _VISITS:
                return True
    return False


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

    def on_validate(self) -> Iterator[None]:
        document = self.execution_context.graphql_document
        if document is not None and repeats_itself(document):
            raise Coded("LIMIT_EXCEEDED", f"The query repeats itself: at most {_REPEATS} times at one place.")
        yield
