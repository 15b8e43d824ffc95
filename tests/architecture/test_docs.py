"""What the documentation names exists, and what clients and operators meet is documented.

Read are README, CONTRIBUTING and everything below docs/. Paths stand from the root or from the package; code in fences
or indented blocks is what a reader pastes, so commands are held against the verbs and GraphQL against the schema.
"""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from graphql import GraphQLError, GraphQLSchema, build_schema, parse, validate

from orion_daemon.cli.main import VERBS, Verbs
from orion_daemon.connectors.feeds import truncation
from orion_daemon.domain.attention import Attention
from orion_daemon.domain.imports import State as ImportState
from orion_daemon.domain.keys import Hold
from orion_daemon.jobs.retry import Family
from orion_daemon.jobs.states import MOVES
from orion_daemon.observability import thresholds
from orion_daemon.observability.metrics import Metrics
from orion_daemon.services.errors import Code

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "orion_daemon"
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
SUFFIXES = r"py|md|toml|yaml|service|graphql"
MADE_UP = "acme"  # the marketplace of the how-to


@cache
def text(path: Path) -> str:
    return path.read_text("utf-8")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def doc(title: str) -> str:
    return text(ROOT / "docs" / f"{title}.md")


def blocks(page: str) -> Iterator[str]:
    """Indented blocks, and fenced ones."""
    for block in re.findall(r"(?:(?<=\n\n)|\A)((?:(?: {4}.*)?\n)+)", page):
        yield "\n".join(line[4:] for line in block.splitlines())
    yield from re.findall(r"```\w*\n(.*?)```", page, re.DOTALL)


def spans(page: str) -> list[str]:
    """Words set as code, with line breaks in them made blanks."""
    prose = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]


# -- paths and links ---------------------------------------------------------------------------------------------------


@cache
def defined_in(path: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
            names.update(f"{node.name}.{method.name}" for method in methods)
    return frozenset(names)


def found(path: str) -> Path | None:
    """From the root, from the package; a bare name anywhere in the package."""
    for base in (ROOT, PACKAGE, ROOT / "docs"):
        if (base / path).exists():
            return base / path
    return next(PACKAGE.rglob(path), None) if "/" not in path else None


def missing_paths(page: str) -> Iterator[str]:
    for span in spans(page):
        match = re.fullmatch(rf"([\w./-]+\.(?:{SUFFIXES}))(?:: ([\w.]+))?", span)
        folder = re.fullmatch(r"(?:[\w-]+/)+", span)
        if MADE_UP in span or not (match or folder) or span.startswith("var/"):
            continue
        path = found(match[1] if match else span)
        if path is None or (match and match[2] and match[2] not in defined_in(path)):
            yield span


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_path_that_is_named_exists_with_the_function_behind_it(path: Path) -> None:
    assert not list(missing_paths(text(path)))


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text(path)):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        end = (path.parent / file).resolve() if file else path
        if not end.exists() or (anchor and anchor not in anchors(end)):
            lost.append(target)
    assert not lost


def test_every_decision_is_listed() -> None:
    index = doc("adr/README")
    assert not [one.name for one in (ROOT / "docs/adr").glob("0*.md") if f"({one.name})" not in index]


# -- commands ----------------------------------------------------------------------------------------------------------


def commands(page: str) -> Iterator[str]:
    """What stands in blocks and in the text, without comments."""
    lines = [line for block in blocks(page) for line in block.splitlines()]
    for line in [*lines, *spans(page)]:
        if line.startswith("orion "):
            yield re.split(r"\s[#|>]", line)[0].strip()


def wrong_with(command: str) -> str:
    words = re.sub(r"\"[^\"]*\"", "TEXT", command).split()[1:]
    if words[0] in {"VERB", "--help", "--version", "--config"}:
        return ""
    verb = Verbs().get_command(click.Context(click.Command("orion")), words[0])
    if verb is None:
        return f"there is no verb {words[0]}"
    rest = words[1:]
    if isinstance(verb, click.Group) and rest:
        inner = verb.commands.get(rest[0])
        if inner is None:
            return f"{words[0]} has no {rest[0]}"
        verb, rest = inner, rest[1:]
    known = {"--help", *(option for parameter in verb.params for option in parameter.opts)}
    unknown = [word for word in rest if word.startswith("--") and word not in known]
    return f"no option {unknown[0]}" if unknown else ""


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_command_has_a_verb_and_its_options(path: Path) -> None:
    wrong = {command: fault for command in commands(text(path)) if (fault := wrong_with(command))}
    assert not wrong


def test_every_verb_is_shown_at_work() -> None:
    shown = {command.split()[1] for path in DOCS for command in commands(text(path))}
    assert not set(VERBS) - shown


# -- metrics, health ---------------------------------------------------------------------------------------------------


def test_every_metric_that_is_named_exists_and_the_five_of_the_house_are_documented() -> None:
    page = Metrics(lambda: 0.0).render().decode()
    known = set(re.findall(r"^# TYPE (\w+)", page, re.MULTILINE))
    named = {
        word for path in DOCS for span in spans(text(path)) for word in re.findall(r"\borion_(?!daemon)[a-z_]+", span)
    }
    assert not named - known
    assert not {threshold.metric for threshold in thresholds.ALL} - named


# -- GraphQL -----------------------------------------------------------------------------------------------------------


@cache
def schema() -> GraphQLSchema:
    return build_schema(text(PACKAGE / "graphql/schema.graphql"))


def documents(page: str) -> Iterator[str]:
    for block in blocks(page):
        if re.match(r"\s*(\{ |query|mutation|subscription)", block) and not block.lstrip().startswith('{"'):
            yield block
        for body in re.findall(r"\{\s*\"query\": \"(?:[^\"\\]|\\.)*\"\s*\}", block):
            yield json.loads(re.sub(r"\n\s*", " ", body))["query"]


@pytest.mark.parametrize("title", ["graphql", "operating"])
def test_every_graphql_example_fits_the_schema(title: str) -> None:
    wrong = {}
    for document in documents(doc(title)):
        try:
            faults = [str(error.message) for error in validate(schema(), parse(document))]
        except GraphQLError as error:
            faults = [error.message]
        if faults:
            wrong[document] = faults
    assert not wrong


def test_the_api_shows_examples() -> None:
    assert len(list(documents(doc("graphql")))) >= 6


def test_every_root_field_is_documented_and_every_name_in_the_text_is_one_of_the_schema() -> None:
    roots = [schema().query_type, schema().mutation_type, schema().subscription_type]
    page = doc("graphql")
    words = {word for span in spans(page) for word in re.findall(r"[A-Za-z]\w*", span)}
    singles = {word for document in documents(page) for word in re.findall(r"[A-Za-z]\w*", document)}
    lists = {
        field
        for root in roots
        if root is not None
        for field, about in root.fields.items()
        if root is not schema().query_type or str(about.type).endswith(("Connection!", "]!"))
    }
    assert not lists - words
    assert "node" in words
    assert {"store", "order", "product", "channel"} <= words | singles
    sdl = text(PACKAGE / "graphql/schema.graphql")
    beside = {"correlationId"}
    named = [
        word for title in ("graphql", "operating", "limits") for span in spans(doc(title)) for word in span.split()
    ]
    camel = {word for text in named for word in re.findall(r"\b[a-z]+[A-Z]\w*", text)}
    assert not {word for word in camel - beside if not re.search(rf"\b{word}\b", sdl)}


# -- states and codes --------------------------------------------------------------------------------------------------


def test_every_move_of_a_job_and_every_state_of_an_import_is_told() -> None:
    told = re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \|", doc("architecture"), re.MULTILINE)
    assert {(at.value, move, to.value) for (at, move), to in MOVES.items()} == set(told[1:])
    assert not [state for state in ImportState if state.value not in doc("operating")]


def test_every_family_of_failures_is_told() -> None:
    page = spans(doc("operating"))
    assert not {family for family in Family if family.value not in page} - {Family.LEASE_LOST}


PLACES = {
    "FeedRefused": 0, "PublishRefused": 0, "UnusableOrder": 0, "RecordProblem": 1, "Refused": 0, "Dead": 1, "Hold": 0,
    "Failed": 1, "AlertRaised": 2, "Snooze": 1, "_fail": 2, "lost": 2, "unreadable": 2, "_end_held": 2,
    "FieldProblem": 1, "_lost": 3,
}  # fmt: skip
_CODE = re.compile(r"[a-z]+(_[a-z0-9]+)*")


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Constants that stand where a code stands: `code = …`, `code=…`, an argument of those who take one, and pairs of a
    code and a sentence."""
    for node in ast.walk(tree):
        found: list[ast.expr | None] = []
        match node:
            case ast.Assign(targets=[ast.Name(id="code" | "default_code")], value=value):
                found = [value]
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)):
                found = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                found += node.args[PLACES[called] : PLACES[called] + 1] if called in PLACES else []
            case ast.Tuple(elts=[first, ast.JoinedStr()]):
                found = [first]
            case ast.Tuple(elts=[first, ast.Constant(value=str() as sentence)]) if re.match(r"[A-Z]\w* ", sentence):
                found = [first]
        for one in found:
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and _CODE.fullmatch(one.value):
                yield one.value


def codes_of(*rooms: str) -> set[str]:
    paths = [path for room in rooms for path in (PACKAGE / room).rglob("*.py")]
    return {code for path in paths for code in codes_in(ast.parse(text(path)))}


def test_every_attention_code_is_documented() -> None:
    page = doc("operating")
    told = set(spans(page[page.index("## Orders that ask for a person") : page.index("## Health and metrics")]))
    assert not {code.value for code in Attention} - told
    invented = {
        code
        for path in (PACKAGE / "connectors").glob("*/mapping.py")
        for code in re.findall(r"problems\.append\(\(\"(\w+)\"", text(path))
    }
    assert invented
    assert not invented - told


def test_every_reason_to_hold_keys_back_is_documented() -> None:
    page = doc("codes")
    told = set(spans(page[page.index("## Keys") : page.index("## Mail")]))
    assert not {hold.value for hold in Hold} - told


def test_every_error_code_is_documented() -> None:
    rooms = ("actors", "connectors", "config", "db", "domain", "jobs", "migrations", "notifications", "services")
    codes = codes_of(*rooms) | set(truncation.MESSAGES)
    assert {"timeout", "removed_share", "no_feed", "key_missing", "time_limit", "title_missing"} <= codes
    told = set(spans(doc("codes"))) | set(spans(doc("operating")))
    assert not codes - told


def test_every_code_of_the_api_is_documented() -> None:
    told = set(spans(doc("graphql")))
    top = set()
    for path in (PACKAGE / "graphql").glob("*.py"):
        top |= set(re.findall(r"(?:Coded|refusal)\(\s*\"([A-Z]+(?:_[A-Z]+)*)\"", text(path)))
        top |= set(re.findall(r"\"code\": \"([A-Z_]+)\"", text(path)))
    assert {"UNAUTHENTICATED", "BAD_REQUEST", "UNAVAILABLE"} <= top
    assert not (top | {code.name for code in Code}) - told
