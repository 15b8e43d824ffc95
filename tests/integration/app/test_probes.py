"""`orion check` says before a start what the start would say, and leaves no trace."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from orion_daemon.app import keys, probes
from orion_daemon.app.database import migrate, open_database
from orion_daemon.app.gateway import listen
from orion_daemon.app.mail import mail_options
from orion_daemon.config import loader
from orion_daemon.config.settings import Settings
from orion_daemon.db.cipher import Cipher, generate_key, parse_keys
from orion_daemon.notifications.send import MailOptions
from orion_daemon.runtime.bus import Bus
from orion_daemon.services import stores
from tests.support.mail_servers import mail_server
from tests.support.stores import NOW


def settings_of(folder: Path, text: str = "") -> Settings:
    (folder / "orion.toml").write_text(text)
    return loader.read(folder / "orion.toml", {}).settings


def test_bad_keys_are_found_before_a_start(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert probes.key_trouble(settings, {}) == ""
    assert probes.key_trouble(settings, {"ORION_SECRET_KEYS": generate_key()}) == ""
    assert "secret key 1" in probes.key_trouble(settings, {"ORION_SECRET_KEYS": "short"})
    assert not (tmp_path / "var").exists()
    settings.security.secret_keys_file.parent.mkdir()
    settings.security.secret_keys_file.touch(0o600)
    assert "is empty" in probes.key_trouble(settings, {})


async def test_data_sealed_with_another_key_is_found_before_a_start(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert await probes.database_trouble(settings, {}) == ""
    assert not (tmp_path / "var").exists()
    settings.daemon.data_dir.mkdir()
    key = generate_key()
    await migrate(settings, on_progress=lambda _: None)
    db = await open_database(settings, Bus(), Cipher(parse_keys(key)))
    declared = stores.StoreDeclaration(
        code="ada", name="Ada", currency="EUR", country="LU", timezone="UTC", default_language="fr", languages=("fr",),
        channels=(stores.ChannelDeclaration(marketplace="letzshop", secrets={"api_key": "a-secret-key"}),),
    )  # fmt: skip
    await stores.apply_declared(db, [declared], NOW)
    await db.close()
    assert await probes.database_trouble(settings, {"ORION_SECRET_KEYS": key}) == ""
    other = {"ORION_SECRET_KEYS": generate_key()}
    assert "sealed with another secret key" in await probes.database_trouble(settings, other)
    assert "no secret key was found" in await probes.database_trouble(settings, {})
    assert not settings.security.secret_keys_file.exists()


async def test_a_database_that_is_none_is_found_before_a_start(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    settings.daemon.data_dir.mkdir()
    (settings.daemon.data_dir / "orion.sqlite3").write_text("this is a letter to my aunt, and no database at all")
    assert "not a database" in await probes.database_trouble(settings, {})


async def test_a_database_that_waits_for_a_migration_is_found_before_a_start(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, '[database]\nmigrate_at_start = "never"\n')
    settings.daemon.data_dir.mkdir()
    (settings.daemon.data_dir / "orion.sqlite3").touch()
    assert "orion migrate" in await probes.database_trouble(settings, {})
    assert await probes.database_trouble(settings_of(tmp_path), {}) == ""


async def test_a_folder_that_cannot_be_written_is_said_with_the_option_to_change(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in ("/proc/nope", str(tmp_path / "file"), str(tmp_path / "file" / "below")):
        with pytest.raises(OSError, match="data_dir") as caught:
            await keys.open_cipher(settings_of(tmp_path, f'[daemon]\ndata_dir = "{place}"\n'), {})
        assert place in str(caught.value)


async def test_a_taken_port_is_said_with_the_option_to_change() -> None:
    runner = web.AppRunner(web.Application())
    await runner.setup()
    try:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(OSError, match=rf"127\.0\.0\.1:{port}: Address already in use.*port in orion\.toml"):
                await listen(runner, "127.0.0.1", port)
        assert await listen(runner, "127.0.0.1", 0) > 0
    finally:
        await runner.cleanup()


async def test_a_mail_server_is_asked_before_a_start_and_sent_nothing(tmp_path: Path) -> None:
    assert await probes.mail_trouble(settings_of(tmp_path), {}) == ""
    async with mail_server(login=("shop", "right")) as server:
        settings = settings_of(
            tmp_path,
            f'[mail]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "plain"\nfrom_address = "a@shop.example"\n'
            'username = "shop"\npassword_env = "PASSWORD"\n',
        )
        assert await probes.mail_trouble(settings, {"PASSWORD": "right"}) == ""
        assert "the login was refused" in await probes.mail_trouble(settings, {"PASSWORD": "guess"})
        assert "PASSWORD is not set" in await probes.mail_trouble(settings, {})
        assert server.taken == []
    assert "no connection" in await probes.mail_trouble(settings, {"PASSWORD": "right"})


def test_every_option_of_mail_reaches_the_mailer(tmp_path: Path) -> None:
    assert mail_options(Settings(), {}) is None
    settings = settings_of(
        tmp_path,
        '[mail]\nhost = "smtp.example.lu"\nport = 465\nsecurity = "tls"\nallow_plain = true\nca_file = "ca.pem"\n'
        'username = "me"\npassword_env = "PASSWORD"\nfrom_address = "a@b.lu"\nfrom_name = "Shop"\n'
        'reply_to = "help@b.lu"\nconnect_timeout = "3s"\ntimeout = "20s"\nlocal_hostname = "orion.b.lu"\n',
    )
    assert mail_options(settings, {"PASSWORD": "secret"}) == MailOptions(
        host="smtp.example.lu", port=465, security="tls", from_address="a@b.lu", from_name="Shop", reply_to="help@b.lu",
        username="me", password="secret", timeout=timedelta(seconds=20), connect_timeout=timedelta(seconds=3),
        ca_file=tmp_path / "ca.pem", local_hostname="orion.b.lu", allow_plain=True,
    )  # fmt: skip
