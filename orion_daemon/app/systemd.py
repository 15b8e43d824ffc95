"""Telling systemd how it stands: ready, reloading, alive, stopping. Without `NOTIFY_SOCKET` nothing happens."""

import asyncio
import os
import socket
from collections.abc import Mapping


class Notifier:
    def __init__(self, env: Mapping[str, str]) -> None:
        address = env.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        microseconds = env.get("WATCHDOG_USEC", "")
        mine = env.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self._watchdog = int(microseconds) / 2_000_000 if microseconds.isdigit() and mine else 0.0

    def tell(self, *lines: str) -> None:
        """Send `READY=1`, `STATUS=…`; losing one is not worth stopping for."""
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            try:
                channel.connect(self._address)
                channel.sendall("\n".join(lines).encode())
            except OSError:
                return

    async def keep_alive(self) -> None:
        """Feed the watchdog at half its interval, for as long as the event loop turns. Returns where there is none."""
        while self._watchdog:
            self.tell("WATCHDOG=1")
            await asyncio.sleep(self._watchdog)
