"""Files that imports leave on this machine, and deleting those that nobody needs any more.

    imports/import-7.feed        an import's own copy (`import_run.py`); with .part while it comes
    imports/import-7.pages       what its account was asked for so far, and .at: how far (`import_pages.py`)
    uploads/upload-0f3a…         content that was sent along with a request; with .<pid>.part while it is written

A run removes its files when it comes to its end. What stays: copies of held imports that were discarded, cancelled or
superseded, uploads, and whatever a process was killed over. Files of other names are not ours and are left alone.
"""

import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

_COPY = re.compile(r"import-(\d+)\.(?:feed|pages|at)(?:\.part)?")
_UPLOAD = re.compile(r"upload-[0-9a-f]{32}(\.\d+\.part)?")


def copy_of(folder: Path, import_id: int) -> Path:
    return folder / f"import-{import_id}.feed"


def pages_of(folder: Path, import_id: int) -> Path:
    return folder / f"import-{import_id}.pages"


def place_of(folder: Path, import_id: int) -> Path:
    return folder / f"import-{import_id}.at"


def remove(folder: Path, import_id: int) -> None:
    """All that the import has here; nothing where it has nothing."""
    for path in (place_of(folder, import_id), pages_of(folder, import_id), copy_of(folder, import_id)):
        path.unlink(missing_ok=True)


def older(folder: Path, uploads: Path, before: datetime) -> list[Path]:
    """Ours in the two folders that nobody has written since `before`. Ask for them first, and then for the rows: an
    import's row is older than its file, so what is needed by then is known."""
    found = [path for path in _listed(folder) if _COPY.fullmatch(path.name)]
    found += [path for path in _listed(uploads) if _UPLOAD.fullmatch(path.name)]
    return [path for path in found if _is_older(path, before)]


def delete(paths: Iterable[Path], imports: Collection[int], sources: Collection[str], before: datetime) -> int:
    """Delete those that no import needs: neither as its copy nor as its source. Returns how many went."""
    gone = 0
    for path in paths:
        copy = _COPY.fullmatch(path.name)
        is_needed = int(copy[1]) in imports if copy else str(path.resolve()) in sources
        if not is_needed and _is_older(path, before):  # the same content may have been sent again just now
            with suppress(OSError):
                path.unlink()
                gone += 1
    return gone


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    except FileNotFoundError:
        return []


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return path.stat().st_mtime < before.timestamp()
    except OSError:
        return False
