"""What an import that was asked for over the network may read; `orion.toml` and the command line may read anything.

A path is a file of the inbox folder: an import tells columns and excerpts of what it reads, so any other path would
show files of the machine, its keys among them. An address of this machine or of a private network is for a channel
whose own endpoint is inside too (a sandbox), and for an admin of all stores; else a token would reach what the firewall
keeps from it. Names are not resolved here: the connectors refuse plain http to other machines, and a certificate
does not fit a name that was bent inwards.
"""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from orion_daemon.services.errors import Code, Invalid, Refused
from orion_daemon.services.imports import is_url


def inbox_file(inbox: Path, text: str) -> str:
    """The absolute path of a file of the inbox, links followed. Touches the disk. Raises Invalid for any other."""
    try:
        path = (inbox / text).resolve()
        if path.is_relative_to(inbox.resolve()) and path.is_file():
            return str(path)
    except (OSError, ValueError, RuntimeError):  # a name no file can have, or links in a circle
        pass
    raise Invalid(Code.INVALID_VALUE, f"A path names a file in {inbox} on the daemon's machine; put it there.", "path")


def check_address(url: str, endpoint: str, *, may_reach_inside: bool) -> None:
    """Raises Invalid for what is no http(s) address, Refused for one that leads inside without permission."""
    if not is_url(url):
        raise Invalid(Code.INVALID_VALUE, "A feed's address begins with http:// or https://.", "url")
    if leads_inside(url) and not may_reach_inside and not (endpoint and leads_inside(endpoint)):
        raise Refused(
            Code.FORBIDDEN,
            "That address leads to this machine or a private network. A token of the role admin for all stores may"
            " ask for it; so may orion.toml and `orion import`.",
            "url",
        )


def check_feeds(settings: Mapping[str, Any]) -> None:
    """The `feeds` of a channel that is made over the network name addresses, never paths. Raises Invalid."""
    feeds = settings.get("feeds") or ()
    if not isinstance(feeds, list | tuple):
        raise Invalid(Code.INVALID_VALUE, "`feeds` is a list of {language, url, complete}.", "settings")
    for feed in feeds:
        if not isinstance(feed, Mapping) or not is_url(str(feed.get("url") or "")) or feed.get("path"):
            raise Invalid(
                Code.INVALID_VALUE,
                "Each of `feeds` is {language, url, complete} with an http(s) url; a path stands in orion.toml only.",
                "settings",
            )


def leads_inside(url: str) -> bool:
    """Whether the host is written as this machine or as an address that the internet does not have."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return True
    if not host or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        found = ip_address(host)
    except ValueError:  # a name; 127.1 and 0x7f.1 are numbers to the resolver
        return host.rpartition(".")[2][0].isdigit()
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return not (mapped or found).is_global
