"""Where the bytes of a feed come from: a local file, plain or compressed with gzip or zip, in any Unicode form.

`FeedSource.read` hands out bytes in an ASCII-compatible encoding: UTF-16 and UTF-32 arrive as UTF-8, everything else
as it is, and a byte-order mark is left out. The size is limited after decompression, so a small archive cannot fill
the memory or the disk. A compressed file that ends early is read as far as it goes and marked `is_cut`.
"""

import codecs
import gzip
import hashlib
import re
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

_BESIDE = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$)")  # what archivers add
_HASHED_BESIDE = 1 << 17  # bytes
SUFFIXES = (".csv", ".tsv", ".txt", ".xml", ".rss", ".atom")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class FeedRefused(ValueError):  # noqa: N818 - it is an answer, not an accident
    """The whole file is no use. `code` is stable, `message` tells an operator what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} ({self.code})"


@dataclass(frozen=True, slots=True)
class Limits:
    max_bytes: int = 2 * 1024**3  # of the decompressed file
    max_record_bytes: int = 1024**2  # longer records are rejected; bounds what an unclosed quote can swallow
    max_columns: int = 1000


def file_hash(path: Path) -> str:
    """Hex SHA-256 of the file as it lies there: the same value means that nothing needs to be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class FeedSource:
    """A context manager. `position` and `size` count bytes on disk, for progress; `bom` is the mark's encoding."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        self.size = path.stat().st_size
        self.is_cut = False
        self.compression: str | None = None
        self._given = 0
        self.position = 0
        self._raw: IO[bytes] = path.open("rb")
        self._digest = hashlib.sha256()  # of what was read of a plain file
        self._hashing: ThreadPoolExecutor | None = None  # beside the reading, for files of more than a block
        try:
            self._stream = self._open()
            head = self._fetch(4096)
        except BaseException:
            self._raw.close()
            raise
        self.bom = next((name for mark, name in _BOMS if head.startswith(mark)), None)
        encoding = self.bom or _guess_wide(head)
        mark = next((mark for mark, name in _BOMS if name == self.bom), b"")
        self.wide = encoding if encoding and encoding != "utf-8" else None
        self._decoder = codecs.getincrementaldecoder(self.wide)("replace") if self.wide else None
        while mark and head.startswith(mark):  # some exports write it twice
            head = head[len(mark) :]
        self._pending = self._convert(head, is_last=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._hashing is not None:
            self._hashing.shutdown()
        if self._stream is not self._raw:
            self._stream.close()
        self._raw.close()

    def read(self, size: int) -> bytes:
        """About `size` bytes, `b""` only at the end. Raises `FeedRefused` beyond the limit or on a damaged archive."""
        if self._pending:
            data, self._pending = self._pending, b""
            return data
        while True:
            block = self._fetch(size)
            data = self._convert(block, is_last=not block)
            if data or not block:
                return data

    def file_hash(self) -> str:
        """As `file_hash` gives it; costs next to nothing once the file was read to its end."""
        if self._stream is not self._raw:
            return file_hash(self.path)
        while block := self._raw.read(1 << 20):
            self._hash(block)
        return self._hashing.submit(self._digest.hexdigest).result() if self._hashing else self._digest.hexdigest()

    def _hash(self, block: bytes) -> None:
        if self._hashing is None and len(block) >= _HASHED_BESIDE:
            self._hashing = ThreadPoolExecutor(1)
        if self._hashing is None:
            self._digest.update(block)
        else:
            self._hashing.submit(self._digest.update, block)

    def _fetch(self, size: int) -> bytes:
        try:
            block = self._stream.read(size)
        except EOFError:
            self.is_cut = True
            return b""
        except (gzip.BadGzipFile, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
            raise FeedRefused("source_damaged", f"The compressed file cannot be unpacked: {error}.") from error
        if self._stream is self._raw:
            self._hash(block)
        self._given += len(block)
        self.position = self._given if self._stream is self._raw else self._raw.tell()
        if self._given > self.limits.max_bytes:
            raise FeedRefused(
                "source_too_large", f"The feed is larger than the limit of {self.limits.max_bytes} bytes."
            )
        return block

    def _convert(self, block: bytes, *, is_last: bool) -> bytes:
        return block if self._decoder is None else self._decoder.decode(block, is_last).encode("utf-8", "replace")

    def _open(self) -> IO[bytes]:
        magic = self._raw.read(4)
        self._raw.seek(0)
        if magic.startswith(b"\x1f\x8b"):
            self.compression = "gzip"
            return gzip.GzipFile(fileobj=self._raw)  # type: ignore[return-value]  # typeshed: not quite an IO[bytes]
        if magic == b"PK\x03\x04":
            self.compression = "zip"
            return self._member()
        if magic == b"PK\x05\x06":
            raise FeedRefused("zip_empty", "The zip archive holds no file.")
        return self._raw

    def _member(self) -> IO[bytes]:
        try:
            archive = zipfile.ZipFile(self._raw)
            names = [item for item in archive.infolist() if not item.is_dir() and not _BESIDE.search(item.filename)]
            names = [item for item in names if item.filename.lower().endswith(SUFFIXES)] or names
            if any(item.filename.startswith("xl/") for item in names):
                raise FeedRefused("spreadsheet", "This is an Excel workbook; export it as CSV (UTF-8) first.")
            if len(names) != 1:
                raise FeedRefused("zip_several_files", f"The zip archive holds {len(names)} files; one is expected.")
            return archive.open(names[0])
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise FeedRefused("source_damaged", f"The zip archive cannot be opened: {error}.") from error


def _guess_wide(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of mostly Latin text is zero."""
    sample = head[:1024]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) // 4 and even < len(sample) // 20:
        return "utf-16-le"
    if even > len(sample) // 4 and odd < len(sample) // 20:
        return "utf-16-be"
    return None
