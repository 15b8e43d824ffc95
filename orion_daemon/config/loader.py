"""From the file and the environment to `Settings`, or to every mistake at once.

Order: the file named by the caller, else by ORION_CONFIG, else ./orion.toml if there is one, else defaults alone.
ORION_DATABASE_URL wins over `[database] url`. Relative paths start from the file's folder, `{data_dir}` is
filled in: a loaded `Settings` holds absolute paths only. Nothing is created or contacted here; `check` continues.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from orion_daemon.config import rules
from orion_daemon.config.options import Section, fields_of
from orion_daemon.config.positions import Positions, line_column
from orion_daemon.config.problems import ConfigurationError, Problem, errors
from orion_daemon.config.secrets import Secrets
from orion_daemon.config.settings import Settings
from orion_daemon.config.walker import Walker

DEFAULT_FILE = "orion.toml"
DEMO_FILE = "demo.toml"
DATA_DIR = "{data_dir}"
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_DATABASE_PATTERN = r"(sqlite:///|postgres(ql)?://).+"

S = TypeVar("S", bound=Section)


class Loaded(msgspec.Struct, frozen=True):
    """Settings with what is needed to speak about them: the file's name and where its keys stand."""

    settings: Settings
    file: str
    positions: Positions
    base: Path
    warnings: tuple[Problem, ...] = ()


def load(path: Path | None, env: Mapping[str, str], *, base: Path | None = None) -> Settings:
    """Raises `ConfigurationError` with all problems; see `read` for the parameters."""
    return read(path, env, base=base).settings


def read(path: Path | None, env: Mapping[str, str], *, base: Path | None = None) -> Loaded:
    """`base` replaces the file's folder as the start of relative paths (for the built-in demo file)."""
    path = _which(path, env)
    if path is None:
        return read_text("", env, base=base or Path())
    return read_text(_text(path), env, file=str(path), base=base or path.parent)


def read_text(text: str, env: Mapping[str, str], *, base: Path, file: str = DEFAULT_FILE) -> Loaded:
    """The same for text that is at hand; `file` is the name for messages. Touches no disk but credentials."""
    base = base.absolute()
    document = _parse(file, text)
    positions = Positions(text)
    walker = Walker(file, positions)
    settings = walker.section(Settings, document)
    rules.apply(settings, walker)
    settings = _from_environment(settings, env, walker)
    if errors(walker.problems):
        raise ConfigurationError(walker.problems)
    return Loaded(settle(settings, base), file, positions, base, tuple(walker.problems))


def demo(env: Mapping[str, str], *, base: Path) -> Loaded:
    """The built-in configuration of `orion run --demo`; its data goes below `base`."""
    text = files("orion_daemon.config").joinpath(DEMO_FILE).read_text("utf-8")
    return read_text(text, env, base=base, file=DEMO_FILE)


def settle(settings: Settings, base: Path) -> Settings:
    """All paths absolute from `base` and `{data_dir}` filled in. Settling twice changes nothing."""
    data_dir = (base / settings.daemon.data_dir.expanduser()).resolve()

    def place(value: Any) -> Any:
        if isinstance(value, Path):
            return (base / Path(str(value).replace(DATA_DIR, str(data_dir))).expanduser()).resolve()
        if isinstance(value, str) and DATA_DIR in value:
            return value.replace(DATA_DIR, str(data_dir))
        return value

    settings = _mapped(settings, place)
    url = settings.database.url
    if url.startswith("sqlite:///"):
        url = f"sqlite:///{base / url.removeprefix('sqlite:///')}"
    return msgspec.structs.replace(settings, database=msgspec.structs.replace(settings.database, url=url))


def _mapped(section: S, change: Callable[[Any], Any]) -> S:
    values: dict[str, Any] = {}
    for field in fields_of(type(section)):
        value = getattr(section, field.name)
        if isinstance(value, Section):
            values[field.name] = _mapped(value, change)
        elif isinstance(value, tuple) and value and isinstance(value[0], Section):
            values[field.name] = tuple(_mapped(item, change) for item in value)
        else:
            values[field.name] = change(value)
    return type(section)(**values)


def _which(path: Path | None, env: Mapping[str, str]) -> Path | None:
    if path is not None:
        return path
    if env.get("ORION_CONFIG"):
        return Path(env["ORION_CONFIG"])
    return Path(DEFAULT_FILE) if Path(DEFAULT_FILE).exists() else None


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"the configuration cannot be read: {(error.strerror or str(error)).lower()}"
        raise ConfigurationError([Problem(str(path), 0, 0, "", message)]) from error
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        line, column = line_column(before, len(before))
        message = "the file is not UTF-8 here; save it as UTF-8"
        raise ConfigurationError([Problem(str(path), line, column, "", message)]) from error


def _parse(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _TOML_PLACE.search(message)
        line, column = line_column(text, len(text))
        if place and place[1]:
            line, column = int(place[1]), int(place[2])
        message = _TOML_PLACE.sub("", message)
        suggestion = _quoted(text, line) if message == "Invalid value" else ""
        if message == "Cannot overwrite a value":
            message = "the same name is set above already"
        raise ConfigurationError(
            [Problem(file, line, column, "", f"this is not TOML: {message}", suggestion)]
        ) from error


def _quoted(text: str, line: int) -> str:
    """The most common slip: a text value without quotes."""
    lines = text.split("\n")
    bare = re.match(
        r"\s*([\w-]+)\s*=\s*([^\s\"'\[{#][^\"'#]*?)\s*(#.*)?$", lines[line - 1] if line <= len(lines) else ""
    )
    return f'{bare[1]} = "{bare[2]}"' if bare else ""


def _from_environment(settings: Settings, env: Mapping[str, str], walker: Walker) -> Settings:
    url = Secrets(env).named("ORION_DATABASE_URL")
    if not url:
        return settings
    if not re.fullmatch(_DATABASE_PATTERN, url):
        message = "must be sqlite:///FILE or postgres://USER@HOST:PORT/NAME"
        walker.problems.append(Problem("ORION_DATABASE_URL", 0, 0, "database.url", message))
        return settings
    return msgspec.structs.replace(settings, database=msgspec.structs.replace(settings.database, url=url))
