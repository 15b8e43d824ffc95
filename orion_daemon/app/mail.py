"""The mail server of `[mail]` as `notifications` knows it; there is none while no host is named."""

from collections.abc import Mapping

from orion_daemon.config.secrets import Secrets
from orion_daemon.config.settings import Settings
from orion_daemon.notifications.send import MailOptions


def mail_options(settings: Settings, env: Mapping[str, str]) -> MailOptions | None:
    """None: no mail is sent, deliveries wait. Raises `SecretMissingError` where the password that is named is not
    there."""
    mail = settings.mail
    if not mail.host:
        return None
    return MailOptions(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        from_address=mail.from_address,
        from_name=mail.from_name,
        reply_to=mail.reply_to,
        username=mail.username,
        password=Secrets(env).of_mail(mail),
        timeout=mail.timeout,
        connect_timeout=mail.connect_timeout,
        ca_file=mail.ca_file,
        local_hostname=mail.local_hostname,
        allow_plain=mail.allow_plain,
    )
