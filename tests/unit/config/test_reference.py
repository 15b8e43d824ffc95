import re
import tomllib
from pathlib import Path

import pytest

from orion_daemon.config.json_schema import json_schema
from orion_daemon.config.loader import read_text
from orion_daemon.config.options import fields_of, item_of, section_of
from orion_daemon.config.problems import ConfigurationError
from orion_daemon.config.reference import reference
from orion_daemon.config.rules import MEANT_FOR
from orion_daemon.config.settings import Settings

ROOT = Path(__file__).parents[3]
SHIPPED = (ROOT / "orion.toml").read_text()
OPTION = re.compile(r"#([a-z_]+) = (.+)")
HEADER = re.compile(r"#?(\[+)([a-z.]+)\]+")
BASE = Path("/base")


def shipped_options():
    """(section, key, value text, facts) of every option line of the shipped file, read without the generator."""
    section, previous = "", ""
    for line in SHIPPED.splitlines():
        header, option = HEADER.fullmatch(line), OPTION.fullmatch(line)
        if header:
            section = header[2]
        if option:
            yield section, option[1], option[2], previous
        previous = line


OPTIONS = list(shipped_options())


def declared(table=Settings, path=""):
    for field in fields_of(table):
        nested = section_of(field.hint) or section_of(item_of(field.hint))
        if nested:
            yield from declared(nested, f"{path}.{field.key}".lstrip("."))
        else:
            yield path, field


DECLARED = {(path, field.key): field for path, field in declared()}


def document(section, key, value):
    """A whole small file in which one option has this value."""
    store = '[[store]]\ncode = "a"\nname = "A"\ncurrency = "EUR"\ndefault_language = "fr"\n'
    vendor = min(MEANT_FOR.get(key, {"letzshop"})) if section == "store.channel" else "letzshop"
    channel = f'[[store.channel]]\nmarketplace = "{vendor}"\nenabled = {str(vendor == "letzshop").lower()}\n'
    feed = '[[store.channel.feed]]\nlanguage = "fr"\npath = "f"\n'
    supplier = '[[store.supplier]]\nname = "codeswholesale"\nclient_id = "me"\n'
    mail = '[mail]\nfrom_address = "a@shop.example"\n'  # a mail server needs one
    before = {
        "mail": mail,
        "store": store,
        "store.channel": store + channel,
        "store.channel.feed": store + channel + feed,
        "store.supplier": store + supplier,
    }
    text = before.get(section, f"[{section}]\n")
    if section == "store.channel.feed" and key == "url" and value != '""':
        text = text.replace('path = "f"\n', "")
    last = text.rindex("[")
    text = text[:last] + re.sub(rf"(?m)^{key} = .*\n", "", text[last:])
    return f"{text}{key} = {value}\n"


def option_of(text, section, field):
    value = read_text(text, {}, base=BASE).settings
    for part in section.split("."):
        value = getattr(
            value,
            {
                "store": "stores",
                "channel": "channels",
                "feed": "feeds",
                "import": "imports",
                "supplier": "suppliers",
            }.get(part, part),
        )
        value = value[0] if isinstance(value, tuple) else value
    return getattr(value, field.name)


def test_the_shipped_file_is_the_generated_one():
    assert reference() == SHIPPED


def test_every_option_has_exactly_one_line_and_no_line_lacks_an_option():
    assert sorted((section, key) for section, key, _, _ in OPTIONS) == sorted(DECLARED)


@pytest.mark.parametrize(("section", "key", "value", "facts"), OPTIONS, ids=lambda part: part[:30])
def test_the_documented_default_is_the_real_default(section, key, value, facts):
    field = DECLARED[section, key]
    shown = option_of(document(section, key, value), section, field)
    told = re.search(r"default (.+?)(; restart)?\)$", facts)
    if field.required:
        assert "required" in facts
    elif field.default is None:
        assert "no default" in facts
    else:
        real = option_of(document(section, key, told[1]), section, field)
        whole = document(section, key, told[1])
        assert real == option_of(whole.replace(f"{key} = {told[1]}\n", ""), section, field)
        if value == told[1]:
            assert shown == real
        else:
            assert field.default in {"", ()}


@pytest.mark.parametrize("option", DECLARED, ids=".".join)
def test_every_option_gives_its_reason_as_a_sentence(option):
    reason = DECLARED[option].option.reason
    assert reason.endswith(".")
    assert reason[0].isupper() or reason.split()[0] in {"auto", "json", "systemd", "sqlite:///FILE"}


def test_the_shipped_file_is_accepted_and_means_the_defaults():
    shipped = read_text(SHIPPED, {}, base=BASE)
    assert shipped.settings == read_text("", {}, base=BASE).settings
    assert shipped.warnings == ()
    assert shipped.settings.stores == ()


def test_the_example_store_becomes_a_store_when_its_marks_are_taken_away():
    start = SHIPPED.index("#[[store]]")
    wanted = re.compile(r"#(\[\[|code|name|currency|default_language|languages|marketplace =|api_key_env|language|url)")
    stores, mark, supplier = SHIPPED[start:].partition("#[[store.supplier]]")
    lines = [line[1:] for line in stores.splitlines() if wanted.match(line)]
    lines += [line[1:] for line in (mark + supplier).splitlines() if re.match(r"#(\[\[|name|client_id)", line)]
    [store] = read_text("\n".join(lines), {}, base=BASE).settings.stores
    assert store.code == "mystore"
    assert store.channels[0].feeds[0].language == "fr"
    assert not store.channels[0].allow_mutations
    assert store.suppliers[0].name == "codeswholesale"
    assert not store.suppliers[0].allow_mutations


def test_the_schema_for_editors_is_the_generated_one():
    import json

    assert json.loads((ROOT / "orion_daemon/config/orion.schema.json").read_text()) == json_schema()


def violations(schema, value, path="$"):
    """As much of JSON Schema as the generated one uses."""
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
    kind = schema.get("type")
    if kind and (not isinstance(value, kinds[kind]) or (kind in {"integer", "number"} and isinstance(value, bool))):
        yield f"{path}: {kind}"
        return
    if isinstance(value, dict):
        yield from (f"{path}: {key} missing" for key in schema.get("required", ()) if key not in value)
        for key, item in value.items():
            if key not in schema["properties"]:
                yield f"{path}: {key} unknown"
            else:
                yield from violations(schema["properties"][key], item, f"{path}.{key}")
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from violations(schema["items"], item, f"{path}[{number}]")
    if isinstance(value, str):
        if "enum" in schema and value not in schema["enum"]:
            yield f"{path}: enum"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{path}: pattern"
        if "anyOf" in schema and all(list(violations(form, value)) for form in schema["anyOf"]):
            yield f"{path}: anyOf"
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{path}: range"


@pytest.mark.parametrize("file", ["orion.toml", "orion_daemon/config/demo.toml"])
def test_the_schema_accepts_the_files_that_are_shipped(file):
    assert list(violations(json_schema(), tomllib.loads((ROOT / file).read_text()))) == []


@pytest.mark.parametrize(("section", "key", "value", "facts"), OPTIONS, ids=lambda part: part[:30])
def test_the_schema_accepts_every_option_as_documented(section, key, value, facts):
    assert list(violations(json_schema(), tomllib.loads(document(section, key, value)))) == []


@pytest.mark.parametrize(
    "text",
    [
        "[gateway]\nport = 70000",
        '[gateway]\nmax_body = "10 megs"',
        "[gatway]",
        "[jobs]\nlease_ttl = 30",
        "[[store]]",
        '[schedule]\nmaintenance = "often"',
        '[daemon]\nlog_level = "loud"',
        '[import]\nmax_removed_share = "1/3"',
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(text):
    assert list(violations(json_schema(), tomllib.loads(text)))
    with pytest.raises(ConfigurationError):
        read_text(text, {}, base=BASE)
