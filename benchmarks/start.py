"""Cold start: from `orion run` to ready on an existing database, the imports behind it, and a verb.

The peers are fresh interpreters in the same run: one that imports the four big libraries (aiohttp, strawberry,
tortoise, apscheduler), and nothing else. All run in the environment of `make run`, which holds what users have and
nothing for developers, with everything compiled beforehand, as pip leaves it.
"""

import json
import os
import resource
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.report import Result

ROUNDS = 5
ROOT = Path(__file__).resolve().parents[1]
PYTHON = str(ROOT / ".venv-run" / "bin" / "python")
BIG_FOUR = "import aiohttp.web, strawberry, tortoise, apscheduler.schedulers.asyncio"


def seconds(command: list[str], env: dict[str, str], cwd: Path) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=env, cwd=cwd, check=True, capture_output=True)
    return time.perf_counter() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return bool(json.load(answer)["ok"])
    except OSError:
        return False


def cold_start(orion: list[str], port: int, env: dict[str, str], cwd: Path) -> tuple[float, float]:
    """Seconds until ready, and the resident memory then in MB."""
    began = time.perf_counter()
    daemon = subprocess.Popen([*orion, "run"], env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not is_ready(port):
            if daemon.poll() is not None or time.perf_counter() - began > 30:
                raise RuntimeError("the daemon did not become ready")
            time.sleep(0.01)
        took = time.perf_counter() - began
        pages = int(Path(f"/proc/{daemon.pid}/statm").read_text().split()[1])
        return took, pages * resource.getpagesize() / 1e6
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(20)


def run() -> list[Result]:
    if not Path(PYTHON).exists():
        raise SystemExit("cold start is measured in the environment of `make run`: make .venv-run/.ready")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ORION_", "PYTHON"))}
    orion = [PYTHON, "-m", "orion_daemon"]
    with tempfile.TemporaryDirectory() as folder:
        cwd = Path(folder)
        env["PYTHONPYCACHEPREFIX"] = str(cwd / "compiled")
        port = free_port()
        (cwd / "orion.toml").write_text(f"[gateway]\nport = {port}\n")
        subprocess.run([*orion, "migrate"], env=env, cwd=cwd, check=True, capture_output=True)
        bare: list[float] = []
        libraries: list[float] = []
        app: list[float] = []
        verb: list[float] = []
        starts: list[tuple[float, float]] = []
        for number in range(ROUNDS + 1):
            if number == 1:  # the first time compiled everything
                for values in (bare, libraries, app, verb, starts):
                    values.clear()
            bare.append(seconds([PYTHON, "-c", "pass"], env, cwd))
            libraries.append(seconds([PYTHON, "-c", BIG_FOUR], env, cwd))
            app.append(seconds([PYTHON, "-c", "import orion_daemon.app.lifecycle"], env, cwd))
            verb.append(seconds([*orion, "check", "--level", "fields"], env, cwd))
            starts.append(cold_start(orion, port, env, cwd))
    middle = statistics.median
    four = middle(libraries) - middle(bare)
    return [
        Result("cold start to ready, existing database", middle(took for took, _ in starts), "s", 2.0, "lower"),
        Result("memory once ready", middle(memory for _, memory in starts), "MB", 70.0, "lower"),
        Result(
            "imports of the daemon / of its four big libraries", (middle(app) - middle(bare)) / four, "×", 1.25, "lower"
        ),
        Result("a verb without a server / the same", (middle(verb) - middle(bare)) / four, "×", 0.45, "lower"),
    ]
