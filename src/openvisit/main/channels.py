"""The vendor of each channel, as the settings choose it."""

from openvisit.adapters.smtp import SmtpSender
from openvisit.adapters.twins import ConsoleSender, NullSender
from openvisit.platform import log
from openvisit.platform.channels import Channel, Sender, Senders
from openvisit.settings import Settings

_logger = log.get("channels")


def senders(settings: Settings) -> Senders:
    """The sender of every channel; nothing is opened yet."""
    return {
        "email": _email(settings),
        "sms": _twin("sms", settings.sms_sender),
        "voice": _twin("voice", settings.voice_sender),
        "push": _twin("push", settings.push_sender),
    }


def _email(settings: Settings) -> Sender:
    if settings.email_sender == "smtp":
        if settings.smtp_url:
            return SmtpSender(settings.smtp_url, settings.mail_from)
        _logger.warning("SMTP_URL is not set: no mail is sent")
        return NullSender("email", settings.mail_from)
    return _twin("email", settings.email_sender, settings.mail_from)


def _twin(channel: Channel, chosen: str, origin: str = "") -> Sender:
    return ConsoleSender(channel, origin) if chosen == "console" else NullSender(channel, origin)
