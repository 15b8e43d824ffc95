"""Daemons that are forks of one process which has imported everything, so that a start costs little: `crash_daemon.py`.

A `Forked` is used like any `Running`: its process can be looked at, signalled and waited for.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.processes import ROOT, Running, inherited

PROGRAM = ROOT / "tests" / "support" / "crash_daemon.py"


class Forks:
    """End them all before `close`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(PROGRAM)], env=inherited(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, **wish: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def run(self, name: str, arguments: Sequence[str], folder: Path, env: Mapping[str, str]) -> "Forked":
        return Forked(self, name, arguments, folder, env)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class ForkedProcess:
    """What `Running` needs of a process that is not ours to wait for."""

    def __init__(self, forks: Forks, pid: int) -> None:
        self._forks = forks
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._look(wait=False)

    def wait(self) -> int | None:
        return self._look(wait=True)

    def _look(self, *, wait: bool) -> int | None:
        if self.returncode is None:
            self.returncode = self._forks.ask(ended=self.pid, wait=wait)["code"]
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Forked(Running):
    process: Any

    def __init__(self, forks: Forks, name: str, arguments: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self.out_file, self.err_file = folder / f"{name}.out", folder / f"{name}.err"
        facts = {"folder": str(folder), "out": str(self.out_file), "err": str(self.err_file)}
        made = forks.ask(arguments=list(arguments), env=dict(env), **facts)
        self.process = ForkedProcess(forks, made["pid"])
