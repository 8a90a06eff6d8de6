"""Sending mail: by SMTP, or by its twins that send nothing."""

from openvisit.adapters.mail.smtp import SmtpMailer
from openvisit.adapters.mail.twins import ConsoleMailer, NullMailer
from openvisit.features.identity.ports import Mailer
from openvisit.platform import log

__all__ = ["ConsoleMailer", "NullMailer", "SmtpMailer", "from_settings"]

_logger = log.get("mail")


def from_settings(smtp_url: str, mail_from: str, *, timeout: float = 20.0) -> Mailer:
    """The mailer that SMTP_URL asks for: `console:` shows headers, nothing sends nothing and says so once.

    Errors: ValueError for a URL that is none of ours.
    """
    if not smtp_url:
        _logger.warning("SMTP_URL is not set: no mail is sent")
        return NullMailer(mail_from)
    if smtp_url == "console:":
        return ConsoleMailer(mail_from)
    return SmtpMailer(smtp_url, mail_from, timeout=timeout)
