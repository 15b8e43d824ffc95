"""The key that seals data is made once, and never beside data that another key has sealed."""

import hashlib
from pathlib import Path

import pytest

from orion_daemon.app import keys, probes
from orion_daemon.app.container import open_daemon
from orion_daemon.config import loader
from orion_daemon.config.settings import Settings
from orion_daemon.db.cipher import Cipher, KeyMissing, generate_key, parse_keys
from orion_daemon.db.database import Database
from orion_daemon.runtime.bus import Bus
from orion_daemon.services import stores
from tests.support.stores import NOW

DECLARED = stores.StoreDeclaration(
    code="ada", name="Ada", currency="EUR", country="LU", timezone="UTC", default_language="fr", languages=("fr",),
    channels=(stores.ChannelDeclaration(marketplace="letzshop", secrets={"api_key": "a-secret-key"}),),
)  # fmt: skip


def settings_of(folder: Path, database_url: str) -> Settings:
    text = f'[database]\nurl = "{database_url}"\n'
    (folder / "orion.toml").write_text(text)
    return loader.read(folder / "orion.toml", {"ORION_DATABASE_URL": database_url}).settings


async def seal_something(database_url: str, key: str) -> None:
    db = await Database.open(database_url, bus=Bus(), cipher=Cipher(parse_keys(key)))
    try:
        await stores.apply_declared(db, [DECLARED], NOW)
    finally:
        await db.close()


def state_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


async def test_a_start_without_the_key_of_what_is_there_is_refused_and_writes_nothing(
    database_url: str, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, database_url)
    key = generate_key()
    await seal_something(database_url, key)
    before = state_of(tmp_path)
    for _ in range(2):  # the second start is told the same
        with pytest.raises(KeyMissing) as refused:
            async with open_daemon(settings, {}, on_progress=lambda _: None):
                pass
    said = str(refused.value)
    file = settings.security.secret_keys_file
    assert f"no secret key was found, neither in ORION_SECRET_KEYS nor in {file}" in said
    assert Cipher(parse_keys(key)).key_id in said
    assert "Nothing was written" in said
    assert f"Restore {file} from its copy" in said
    assert key not in said
    assert not file.exists()
    assert state_of(tmp_path) == before
    assert await probes.database_trouble(settings, {}) == said
    assert state_of(tmp_path) == before

    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{key}\n")
    cipher, made = await keys.open_cipher(settings, {})
    assert (cipher.key_id, made) == (Cipher(parse_keys(key)).key_id, False)


async def test_a_database_without_anything_sealed_gets_a_new_key(database_url: str, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, database_url)
    cipher, made = await keys.open_cipher(settings, {})
    assert made
    assert settings.security.secret_keys_file.stat().st_mode & 0o077 == 0
    again, made = await keys.open_cipher(settings, {})
    assert (again.key_id, made) == (cipher.key_id, False)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_database_of_an_older_schema_is_looked_at_as_far_as_it_goes(database_url: str, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, database_url)
    await seal_something(database_url, generate_key())
    db = await Database.open(database_url, bus=Bus(), cipher=Cipher(parse_keys(generate_key())))
    async with db.transaction() as tx:
        await tx.execute("ALTER TABLE customers RENAME COLUMN personal_sealed TO something_else")
        await tx.execute("ALTER TABLE order_payloads RENAME TO elsewhere")
    await db.close()
    with pytest.raises(KeyMissing):
        await keys.open_cipher(settings, {})
    assert not settings.security.secret_keys_file.exists()


async def test_a_first_start_makes_a_key_where_there_is_no_database_yet(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, f"sqlite:///{tmp_path / 'var' / 'orion.sqlite3'}")
    _, made = await keys.open_cipher(settings, {})
    assert made
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret.key"]
    (tmp_path / "var" / "secret.key").unlink()
    (tmp_path / "var" / "orion.sqlite3").touch()
    assert (await keys.open_cipher(settings, {}))[1]
