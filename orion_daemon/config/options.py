"""What an option knows about itself, and the base of all sections.

Every field of a section is written `Annotated[type, Option("reason", ...)] = default`. From that one line come the
check of the value (`walker`), its paragraph in orion.toml (`reference`), its line in the editor's schema
(`json_schema`) and whether a reload takes it up (`changes`).
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

Unit = Literal["", "size", "share"]


class Option(msgspec.Struct, frozen=True):
    """`reason` is one sentence or two for the operator; `least` and `most` are inclusive, in the field's own type.

    `unit` tells two meanings of a plain number: "size" is an int of bytes written "10 MiB", "share" is a float from 0
    to 1 written "30 %". `known` names a set of `names` that the text must belong to. `live` options are taken up by a
    reload, the others by a restart. `key` is the name in the file where the language forbids or plural differs.
    """

    reason: str
    least: Any = None
    most: Any = None
    unit: Unit = ""
    known: Literal["", "currency", "language", "country", "timezone"] = ""
    pattern: str = ""
    pattern_means: str = ""
    live: bool = False
    key: str = ""
    example: str = ""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A table of orion.toml. The class docstring is the paragraph above it in the shipped file."""


class Field(NamedTuple):
    name: str
    key: str
    hint: Any
    option: Option
    default: Any

    @property
    def required(self) -> bool:
        return self.default is msgspec.NODEFAULT


@cache
def fields_of(section: type[Section]) -> tuple[Field, ...]:
    """All options of a section in the order of the file; nested tables come with `Section` hints."""
    return tuple(_fields(section))


def _fields(section: type[Section]) -> Iterator[Field]:
    hints = get_type_hints(section, include_extras=True)
    for spec in msgspec.structs.fields(section):
        hint = hints[spec.name]
        option = Option("")
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            option = next(note for note in notes if isinstance(note, Option))
        default = spec.default
        if spec.default_factory is not msgspec.NODEFAULT:
            default = spec.default_factory()
        yield Field(spec.name, option.key or spec.name, hint, option, default)


def section_of(hint: Any) -> type[Section] | None:
    """The section class when the hint is a table, else None."""
    return hint if isinstance(hint, type) and issubclass(hint, Section) else None


def item_of(hint: Any) -> Any:
    """The element type of a list option (`tuple[X, ...]`), else None."""
    return get_args(hint)[0] if get_origin(hint) is tuple else None


def choices_of(hint: Any) -> tuple[str, ...]:
    return get_args(hint) if get_origin(hint) is Literal else ()
