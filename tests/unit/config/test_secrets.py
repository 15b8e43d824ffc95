import msgspec
import pytest

from orion_daemon.config.mail import Mail
from orion_daemon.config.secrets import SecretMissingError, Secrets
from orion_daemon.config.security import Security
from orion_daemon.config.settings import Settings
from orion_daemon.config.stores import SECRET_KINDS, Channel


def channel(**reference):
    return Channel(marketplace="letzshop", **reference)


def test_a_credential_wins_over_the_variable_of_the_same_name(tmp_path):
    (tmp_path / "KEY").write_text("from-credential\n")
    env = {"KEY": "from-env", "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert Secrets(env).of_channel(channel(api_key_env="KEY")) == {"api_key": "from-credential"}
    assert Secrets({"KEY": "from-env"}).of_channel(channel(api_key_env="KEY")) == {"api_key": "from-env"}


def test_a_key_is_read_from_a_file_or_credential_without_its_line_end(tmp_path):
    (tmp_path / "key").write_text("  secret \n")
    secrets = Secrets({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert secrets.of_channel(channel(api_key_file=tmp_path / "key")) == {"api_key": "secret"}
    assert secrets.of_channel(channel(api_key_credential="key")) == {"api_key": "secret"}


@pytest.mark.parametrize("kind", SECRET_KINDS)
def test_every_kind_of_secret_is_read_from_every_place(tmp_path, kind):
    (tmp_path / "a").write_text("in a file\n")
    secrets = Secrets({"CREDENTIALS_DIRECTORY": str(tmp_path), "B": "in a variable"})
    for place, value, found in (("file", tmp_path / "a", "in a file"), ("credential", "a", "in a file"),
                                ("env", "B", "in a variable")):  # fmt: skip
        assert secrets.of_channel(channel(**{f"{kind}_{place}": value})) == {kind: found}


def test_a_channel_that_names_no_key_has_none():
    assert Secrets({}).of_channel(channel()) == {}


def test_the_mail_servers_password_is_read_from_every_place(tmp_path):
    (tmp_path / "a").write_text("in a file\n")
    secrets = Secrets({"CREDENTIALS_DIRECTORY": str(tmp_path), "B": "in a variable"})
    assert secrets.of_mail(Mail()) == ""
    assert secrets.of_mail(Mail(password_file=tmp_path / "a")) == "in a file"
    assert secrets.of_mail(Mail(password_credential="a")) == "in a file"
    assert secrets.of_mail(Mail(password_env="B")) == "in a variable"
    with pytest.raises(SecretMissingError, match="C is not set"):
        secrets.of_mail(Mail(password_env="C"))


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ({"api_key_env": "NOT_SET"}, "the variable NOT_SET is not set"),
        ({"api_key_credential": "letzshop"}, "no CREDENTIALS_DIRECTORY is set"),
        ({"api_key_file": "missing"}, "missing cannot be read: no such file"),
        ({"api_key_file": "empty"}, "empty is empty"),
        ({"api_key_file": "binary"}, "binary is not text"),
    ],
)
def test_a_missing_key_tells_where_it_was_looked_for(tmp_path, reference, told):
    (tmp_path / "empty").write_text("")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    if "api_key_file" in reference:
        reference = {"api_key_file": tmp_path / reference["api_key_file"]}
    with pytest.raises(SecretMissingError, match=told):
        Secrets({}).of_channel(channel(**reference))


def test_keys_for_encryption_come_from_the_variable_or_the_file_in_order(tmp_path):
    file = tmp_path / "secret.key"
    settings = msgspec.structs.replace(Settings(), security=Security(secret_keys_file=file))
    assert Secrets({}).secret_keys(settings) == ()
    file.write_text("# newest first\nnew-key  # since March\nold-key\n\n")
    assert Secrets({}).secret_keys(settings) == ("new-key", "old-key")
    assert Secrets({"ORION_SECRET_KEYS": "a, b,"}).secret_keys(settings) == ("a", "b")
