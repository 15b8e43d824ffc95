"""Lists that lead in a circle: known by one token that is kept, however long the circle is.

A walk keeps a mark beside its place. The mark moves to the newest token after 1, 2, 4, 8 … pages, so that a circle is
noticed within about three of its rounds, and a list that is merely long never is (R. P. Brent, 1980).
"""

import msgspec

from orion_daemon.connectors.errors import Malformed


class Mark(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, frozen=True):
    token: str = ""
    pages: int = 0  # since it was set
    until: int = 1  # pages after which it moves


def onward(mark: Mark, token: str, what: str) -> Mark:
    """The mark behind the page that named `token` as the next one. Raises Malformed (`paging_circle`) where the walk
    has come back to it; `what` names the list."""
    if mark.token == token:
        raise Malformed(
            f"{what}: the pages lead in a circle. The list is begun anew the next time.", code="paging_circle"
        )
    if mark.pages + 1 >= mark.until:
        return Mark(token, 0, mark.until * 2)
    return Mark(mark.token, mark.pages + 1, mark.until)
