"""What a child process is given of the environment."""

from orion_daemon.runtime.children import plain_environment


def test_a_child_gets_what_a_program_needs_and_no_secret() -> None:
    given = {
        "PATH": "/bin", "HOME": "/home/orion", "LANG": "C.UTF-8", "LC_ALL": "C", "TZ": "UTC", "TMPDIR": "/scratch",
        "PYTHONPATH": "/src", "VIRTUAL_ENV": "/venv", "SSL_CERT_FILE": "/ca.pem", "LD_LIBRARY_PATH": "/lib",
        "ORION_SECRET_KEYS": "key", "ORION_DATABASE_URL": "postgres://me:pw@db/orion", "SHOP_KEY": "key",
        "CREDENTIALS_DIRECTORY": "/run/credentials/orion.service", "AWS_SECRET_ACCESS_KEY": "key",
        "PGPASSWORD": "pw", "NOTIFY_SOCKET": "/run/systemd/notify", "PYTHON_KEYRING_PASSWORD": "pw",
    }  # fmt: skip
    kept = plain_environment(given)
    assert set(kept) == {
        "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "SSL_CERT_FILE",
        "LD_LIBRARY_PATH",
    }  # fmt: skip
    assert kept["PATH"] == "/bin"


def test_what_a_driver_reads_by_itself_passes_where_it_is_named() -> None:
    assert plain_environment({"PGPASSFILE": "/f", "SHOP_KEY": "key"}, "PG") == {"PGPASSFILE": "/f"}
