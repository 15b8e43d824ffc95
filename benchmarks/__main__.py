"""`make bench`: every comparison in one run, printed as it comes and written to `benchmarks/results.md`.

`python -m benchmarks NAME …` runs only those. A figure is honest when both sides did the same rows, with the same
durability, and the same answer was checked at the end; each file says how. Exit code 1 when a goal is missed.
"""

import asyncio
import importlib
import inspect
import os
import sys
import time
from pathlib import Path

from benchmarks.report import Result, table, write_markdown

NAMES = ("actors", "limits", "jobs", "orders", "keys", "feeds", "imports", "http", "gateway", "start")


def measure(name: str) -> list[Result]:
    found = importlib.import_module(f"benchmarks.{name}").run()
    return asyncio.run(found) if inspect.iscoroutine(found) else found


def main() -> int:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the processes that it starts are compiled, as pip leaves them
    wanted = sys.argv[1:] or NAMES
    results: list[Result] = []
    for name in wanted:
        began = time.perf_counter()
        print(f"\n== {name}", flush=True)
        found = measure(name)
        print(table(found))
        print(f"({time.perf_counter() - began:.0f} s)", flush=True)
        results += found
    if not sys.argv[1:]:
        write_markdown(results, Path(__file__).with_name("results.md"))
    missed = [result for result in results if result.goal is not None and not result.met]
    print(f"\n{len(results)} figures, {len(missed)} miss their goal" + "".join(f"\n  {one.name}" for one in missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
