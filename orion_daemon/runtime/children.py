"""The environment of child processes: what any program needs to start, and nothing else.

Keys, passwords of databases and marketplaces stand in the daemon's environment, under names that operators choose. A
child that needs one is told through its standard input; so the list is of what passes, not of what is held back.
"""

from collections.abc import Mapping

_PASSES = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT",
        "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
        "PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS", "PYTHONUTF8", "PYTHONIOENCODING", "PYTHONUNBUFFERED",
        "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONHASHSEED", "PYTHONFAULTHANDLER", "PYTHONTZPATH",
        "PYTHONASYNCIODEBUG", "PYTHONDEVMODE", "COVERAGE_PROCESS_START",
    }
)  # fmt: skip


def plain_environment(env: Mapping[str, str], *prefixes: str) -> dict[str, str]:
    """`prefixes`: what else this child reads by itself, as the driver of PostgreSQL reads PG*."""
    return {name: value for name, value in env.items() if name in _PASSES or name.startswith(("LC_", *prefixes))}
