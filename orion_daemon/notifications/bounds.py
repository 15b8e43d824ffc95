"""Templates that stores may edit, made harmless: what they may say, use and cost.

A template is read by Jinja2's sandbox, which keeps it from Orion's objects. That bounds neither time nor memory, so
only what a letter needs is allowed: values, `if`, comparisons, a few filters, and loops over the articles and their
codes. There are no calls, no assignments, no arithmetic, no inclusion. With that the work of a template follows from
its length and the number of codes alone, and no clock has to stop it. `check.py` tries a template out, `render.py`
uses it.
"""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from orion_daemon.notifications.errors import TemplateRefused

LONGEST_SOURCE = 64 * 1024
LONGEST_SUBJECT_SOURCE = 500
LONGEST_SUBJECT = 200
LONGEST_OUTPUT = 1024 * 1024
MOST_LOOPS = 20
DEEPEST_NODES = 60
MOST_NODES = 3000
FILTERS = ("capitalize", "count", "default", "first", "last", "length", "lower", "title", "trim", "upper")
TESTS = ("defined", "divisibleby", "even", "odd")
_FILE = "<template>"

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const,
    nodes.If, nodes.For, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter,
    nodes.Test, nodes.Concat, nodes.Keyword,
)  # fmt: skip
_CALLED: dict[type[nodes.Node], str] = {
    nodes.Call: "a call",
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "import",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
    nodes.BinExpr: "arithmetic",
    nodes.UnaryExpr: "arithmetic",
    nodes.Slice: "a slice",
}


def _environment(*, escapes: bool) -> SandboxedEnvironment:
    made = SandboxedEnvironment(
        autoescape=escapes, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


PLAIN, ESCAPING = _environment(escapes=False), _environment(escapes=True)


@dataclass(frozen=True, slots=True)
class Compiled:
    template: Template
    longest: int

    def render(self, values: Mapping[str, Any]) -> str:
        """Raises TemplateRefused for a value that is not there, and for output over the limit. Names no value."""
        parts: list[str] = []
        left = self.longest
        try:
            for part in self.template.generate(values):
                left -= len(part)
                if left < 0:
                    raise TemplateRefused(f"it makes more than {self.longest} characters")
                parts.append(part)
        except TemplateRefused:
            raise
        except TemplateError as error:
            raise TemplateRefused(f"{error.message or type(error).__name__}", line=_line(error)) from None
        except Exception as error:
            raise TemplateRefused(f"it cannot be filled in: {type(error).__name__}", line=_line(error)) from None
        return "".join(parts)


@lru_cache(maxsize=200)
def compile_own(source: str, names: tuple[str, ...], *, escapes: bool, longest: int) -> Compiled:
    """A store's template. Raises TemplateRefused with the line: what is not allowed, or a name that is not known."""
    environment = ESCAPING if escapes else PLAIN
    try:
        tree = environment.parse(source)
        _judge(tree, frozenset(names))
        code = environment.compile(tree, filename=_FILE)
    except TemplateSyntaxError as error:
        raise TemplateRefused(f"{error.message}", line=error.lineno) from None
    except RecursionError:
        raise TemplateRefused("it is nested too deeply") from None
    return Compiled(Template.from_code(environment, code, {}), longest)


@cache
def compile_trusted(source: str) -> Template:
    """A template of ours around a store's words, in HTML; calls are allowed in it."""
    return ESCAPING.from_string(source)


def _judge(tree: nodes.Template, names: frozenset[str]) -> None:
    loops = seen = 0
    waiting: list[tuple[nodes.Node, frozenset[str], tuple[str, ...], int]] = [(tree, names, (), 0)]
    while waiting:
        node, known, inside, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST_NODES:
            raise TemplateRefused("it is nested too deeply", line=node.lineno)
        if seen > MOST_NODES:
            raise TemplateRefused(f"it has more than {MOST_NODES} parts", line=node.lineno)
        if not isinstance(node, _ALLOWED):
            what = next((word for kind, word in _CALLED.items() if isinstance(node, kind)), type(node).__name__.lower())
            raise TemplateRefused(f"{what} is not allowed in a template", line=node.lineno)
        if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in known:
            raise TemplateRefused(
                f"nothing is called {node.name}; there are {', '.join(sorted(names))}", line=node.lineno
            )
        if isinstance(node, nodes.Operand) and node.op in {"in", "notin"}:
            raise TemplateRefused("in is not allowed in a template, but in a loop", line=node.lineno)
        if isinstance(node, nodes.For):
            loops += 1
            _judge_loop(node, loops, inside)
            within = known | {_target_of(node), "loop"}
            waiting.append((node.iter, known, inside, depth + 1))
            deeper = (*inside, _target_of(node))
            waiting += [(part, within, deeper, depth + 1) for part in _repeated(node)]
            waiting += [(part, known, inside, depth + 1) for part in node.else_]
            continue
        waiting += [(child, known, inside, depth + 1) for child in node.iter_child_nodes()]


def _judge_loop(loop: nodes.For, count: int, inside: tuple[str, ...]) -> None:
    """`inside`: what the loops around it call their articles. All loops together go over each code a few times."""
    if count > MOST_LOOPS:
        raise TemplateRefused(f"there are more than {MOST_LOOPS} loops", line=loop.lineno)
    source = loop.iter
    over_items = isinstance(source, nodes.Name) and source.name == "items" and not inside
    over_codes = (
        isinstance(source, nodes.Getattr)
        and source.attr == "codes"
        and isinstance(source.node, nodes.Name)
        and inside == (source.node.name,)
    )
    if not (over_items or over_codes) or loop.recursive or not _target_of(loop):
        raise TemplateRefused("a loop goes over items, and in it one over the codes of the item", line=loop.lineno)


def _target_of(loop: nodes.For) -> str:
    return loop.target.name if isinstance(loop.target, nodes.Name) else ""


def _repeated(loop: nodes.For) -> list[nodes.Node]:
    return [*loop.body, loop.test] if loop.test else [*loop.body]


def _line(error: Exception) -> int:
    """Where in the template an exception of its run arose; 0 when nobody knows."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == _FILE), 0)
