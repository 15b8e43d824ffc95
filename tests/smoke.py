"""The built wheel in an empty environment and an empty folder: what an operator who installs Orion gets.

Run by `.ci/run` as `python -m tests.smoke`. It builds the wheel, installs it with the locked dependencies into a
fresh environment, checks the default configuration, migrates, prints the schema, runs the daemon until it is ready,
asks it a question over HTTP and stops it with SIGTERM.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, cwd: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str, token: str | None = None, body: dict[str, object] | None = None) -> tuple[int, bytes]:
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 - our own loopback address
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder)
        env = {key: value for key, value in os.environ.items() if not key.startswith(("ORION_", "PYTHON", "VIRTUAL"))}
        run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", empty / "dist", ROOT,
            cwd=ROOT, env=env)  # fmt: skip
        [wheel] = (empty / "dist").glob("*.whl")
        run(sys.executable, "-m", "venv", empty / "env", cwd=empty, env=env)
        pip = [empty / "env/bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        run(*pip, "--require-hashes", "-r", ROOT / "requirements/run.txt", cwd=empty, env=env)
        run(*pip, "--no-deps", wheel, cwd=empty, env=env)

        home = empty / "home"
        home.mkdir()
        port = free_port()
        (home / "orion.toml").write_text(f"[gateway]\nport = {port}\n")
        orion = empty / "env/bin/orion"
        assert json.loads(run(orion, "check", "--json", cwd=home, env=env))["ok"] is True
        assert "type Query" in run(orion, "schema", "print", cwd=home, env=env)
        run(orion, "migrate", cwd=home, env=env)
        token = json.loads(run(orion, "tokens", "create", "--role", "operator", "--json", cwd=home, env=env))["token"]

        daemon = subprocess.Popen([orion, "run"], cwd=home, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 30
            while get(f"http://127.0.0.1:{port}/readyz")[0] != 200:
                if daemon.poll() is not None or time.monotonic() > deadline:
                    daemon.kill()
                    sys.exit(f"the daemon did not become ready:\n{daemon.communicate()[0].decode()}")
                time.sleep(0.1)
            status, body = get(
                f"http://127.0.0.1:{port}/graphql", token, {"query": "{ stores { edges { node { id } } } }"}
            )
            assert status == 200, body
            assert json.loads(body) == {"data": {"stores": {"edges": []}}}, body
            daemon.send_signal(signal.SIGTERM)
            output, _ = daemon.communicate(timeout=20)
            assert daemon.returncode == 0, output.decode()
        finally:
            if daemon.poll() is None:
                daemon.kill()
                daemon.wait()
    print("the wheel works in an empty environment")


if __name__ == "__main__":
    main()
