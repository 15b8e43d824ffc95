"""Whether the content of a picture code is a picture, told by its first and last bytes, and what kind it is.

A supplier sends pictures as Base64. What is delivered to a customer is a file that programs open: it must be what its
name says and nothing else.
"""

import base64
import binascii
import re

MOST_BYTES = 5 * 1024 * 1024
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82", "png"),
    (b"\xff\xd8\xff", b"\xff\xd9", "jpg"),
    (b"GIF87a", b";", "gif"),
    (b"GIF89a", b";", "gif"),
)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def decode(text: str) -> bytes | None:
    """The bytes of a picture; None where it is none, is too large, or is not whole."""
    if len(text) > MOST_BYTES * 4 // 3 + 16:
        return None
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if kind_of(data) else None


def kind_of(data: bytes) -> str:
    """`png`, `jpg`, `gif`, or "" for anything else."""
    for head, tail, kind in _KINDS:
        if data.startswith(head) and data.rstrip(b"\x00").endswith(tail):
            return kind
    return ""


def is_picture(text: str | None) -> bool:
    return text is not None and decode(text) is not None


def file_name(given: str, number: int, data: bytes) -> str:
    """A name that is safe everywhere, with the ending of what the content is."""
    stem = given.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or given
    stem = _UNSAFE.sub("-", stem).strip("-.")[:60] or f"key-{number}"
    return f"{stem}.{kind_of(data) or 'bin'}"
