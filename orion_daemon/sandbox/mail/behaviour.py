"""How the stand-in mail server misbehaves: nothing of it is on until `POST /control/mail/behaviour` says so.

    {"refuse": ["*@nowhere.example"], "defer": 2, "drop": "after_data", "drops": 1, "keeps_dropped": true,
     "slow": 5.0, "login": {"username": "shop", "password": "…"}, "size_limit": 100000}

A command replaces all of it; `DELETE` of the same address ends it.
"""

from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct


class Login(Struct, forbid_unknown_fields=True, frozen=True):
    username: str
    password: str


class Behaviour(Struct, forbid_unknown_fields=True):
    """`refuse`: patterns of recipients that are answered 550. `defer`: so many recipients more are answered 451.

    `drop` breaks the connection, before the text is asked for or after it came, `drops` times more (None: each time);
    `keeps_dropped`: whether a message that came is kept all the same, as nobody can know from outside. `slow`: seconds
    before the answer to a text. `login`: what must be logged in with. `size_limit`: bytes of a message, 0 for none.
    """

    refuse: tuple[str, ...] = ()
    defer: int = 0
    drop: Literal["", "before_data", "after_data"] = ""
    drops: int | None = None
    keeps_dropped: bool = True
    slow: float = 0.0
    login: Login | None = None
    size_limit: int = 0

    def refuses(self, recipient: str) -> bool:
        return any(fnmatchcase(recipient.lower(), pattern.lower()) for pattern in self.refuse)

    def defers(self) -> bool:
        """Whether this recipient is put off; counts."""
        if self.defer <= 0:
            return False
        self.defer -= 1
        return True

    def drops_at(self, moment: str) -> bool:
        """Whether the connection breaks now; counts."""
        if self.drop != moment or self.drops == 0:
            return False
        if self.drops is not None:
            self.drops -= 1
        return True
