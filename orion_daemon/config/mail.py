"""`[mail]`: the mail server that messages to customers go out by, licence keys above all.

One server for all stores of the daemon. The password is only ever named (`password_env` and friends), `secrets` finds
it.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from orion_daemon.config.options import Option, Section
from orion_daemon.config.stores import ENVIRONMENT_NAME

PASSWORD = "password"  # noqa: S105 -- the name of a kind of secret
"""Named by `password_credential`, `password_env` or `password_file`, as a channel's secrets are."""

ADDRESS = r"[^\s<>\"(),:;@\[\]\\]+@[^\s<>\"(),:;@\[\]\\]+"
_ADDRESS_MEANS = "an e-mail address alone, like orders@shop.example.lu"


class Mail(Section, frozen=True):
    """The mail server by which keys go to customers. Without a host no mail is sent: keys are bought and kept, and
    their deliveries wait until one is named here."""

    host: Annotated[
        str,
        Option(
            "Name of the mail server; empty means that no mail is sent and deliveries wait.",
            pattern=r"[A-Za-z0-9._:-]+",
            pattern_means="the name or address of a machine",
            example='"smtp.example.lu"',
            live=True,
        ),
    ] = ""
    port: Annotated[
        int,
        Option(
            "Its port: mostly 587 with starttls, 465 with tls, 25 for one on this machine.",
            least=1,
            most=65535,
            live=True,
        ),
    ] = 587
    security: Annotated[
        Literal["starttls", "tls", "plain"],
        Option(
            "How the connection is encrypted: starttls before anything is said, and nothing is sent without it; tls "
            "from its beginning; plain not at all, which is for a server on this machine.",
            live=True,
        ),
    ] = "starttls"
    allow_plain: Annotated[
        bool,
        Option(
            "Whether plain may be used to another machine all the same, in a network that you trust as your own.",
            live=True,
        ),
    ] = False
    ca_file: Annotated[
        Path | None,
        Option(
            "Certificate authorities in PEM form to trust instead of the system's.",
            example='"company-ca.pem"',
            live=True,
        ),
    ] = None
    username: Annotated[
        str,
        Option(
            "Who logs in; empty means that the server asks for no login.", example='"orders@shop.example.lu"', live=True
        ),
    ] = ""
    password_credential: Annotated[
        str,
        Option(
            "systemd credential that holds the password.",
            pattern=r"[^/\s]+",
            pattern_means="a name without slash",
            example='"orion-mail-password"',
            live=True,
        ),
    ] = ""
    password_env: Annotated[
        str,
        Option(
            "Or the environment variable.",
            pattern=ENVIRONMENT_NAME,
            pattern_means="the name of a variable",
            example='"ORION_MAIL_PASSWORD"',
            live=True,
        ),
    ] = ""
    password_file: Annotated[
        Path | None,
        Option("Or the file, readable by Orion's user only.", example='"/etc/orion/mail-password"', live=True),
    ] = None
    from_address: Annotated[
        str,
        Option(
            "Address that messages come from; the server must let this login use it.",
            pattern=ADDRESS,
            pattern_means=_ADDRESS_MEANS,
            example='"orders@shop.example.lu"',
            live=True,
        ),
    ] = ""
    from_name: Annotated[
        str,
        Option("Name beside that address; empty means the name of the order's store.", example='"My Store"', live=True),
    ] = ""
    reply_to: Annotated[
        str,
        Option(
            "Address that answers of customers go to, where it is another.",
            pattern=ADDRESS,
            pattern_means=_ADDRESS_MEANS,
            example='"help@shop.example.lu"',
            live=True,
        ),
    ] = ""
    connect_timeout: Annotated[
        timedelta,
        Option("Time to reach the server.", least=timedelta(milliseconds=100), most=timedelta(minutes=1), live=True),
    ] = timedelta(seconds=10)
    timeout: Annotated[
        timedelta,
        Option(
            "Time for a whole message; servers that look into mail may take long.",
            least=timedelta(seconds=1),
            most=timedelta(minutes=10),
            live=True,
        ),
    ] = timedelta(seconds=60)
    local_hostname: Annotated[
        str,
        Option(
            "How this machine names itself to the server; empty takes its own name where that is a whole one, else the "
            "domain of from_address.",
            pattern=r"[A-Za-z0-9.-]+",
            pattern_means="the name of a machine",
            example='"orion.example.lu"',
            live=True,
        ),
    ] = ""

    @staticmethod
    def explain() -> dict[str, str]:
        """Keys that do not exist for a reason worth telling."""
        return {
            "password": "the password itself never stands in this file: put it into a systemd credential, an "
            "environment variable or a file of mode 600, and name that with password_credential, password_env or "
            "password_file"
        }
