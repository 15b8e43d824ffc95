"""The way out for mail, one for all stores of the process: the server of `[mail]`, which a reload may change.

Without a server nothing is sent, and what is to be sent waits (`handlers/deliveries.py`).
"""

from collections.abc import Callable
from typing import Protocol

from orion_daemon.notifications.message import Letter
from orion_daemon.notifications.send import Mailer, MailOptions, Receipt


class Sender(Protocol):
    """What hands a message over; see `notifications/send.py`."""

    async def send(self, letter: Letter) -> Receipt: ...


class Post:
    """`make` gives a sender for a server; tests give their own."""

    __slots__ = ("_make", "options", "sender")

    def __init__(self, options: MailOptions | None = None, make: Callable[[MailOptions], Sender] = Mailer) -> None:
        self._make = make
        self.options: MailOptions | None = None
        self.sender: Sender | None = None
        self.take_up(options)

    def take_up(self, options: MailOptions | None) -> bool:
        """Use this server from the next message on; whether it is another one than before."""
        if options == self.options:
            return False
        self.options = options
        self.sender = None if options is None else self._make(options)
        return True
