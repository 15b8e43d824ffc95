"""The mail server of `[mail]` as `notifications` knows it; there is none while no host is named.

One whose password is not there is not taken up: what was in force stays, and messages wait. Nothing else stops for it.
"""

from collections.abc import Mapping

from orion_daemon.actors.post import Post
from orion_daemon.config.secrets import SecretMissingError, Secrets
from orion_daemon.config.settings import Settings
from orion_daemon.notifications.send import MailOptions
from orion_daemon.observability.logs import get_logger

log = get_logger("app")


def take_up_mail(post: Post, settings: Settings, env: Mapping[str, str]) -> bool:
    """Send by the server of these settings from now on; whether it is another one than before."""
    try:
        return post.take_up(mail_options(settings, env))
    except SecretMissingError as error:
        log.error("config.mail_not_taken_up", reason=str(error))
        return False


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
