"""Mail by Mailgun (https://documentation.mailgun.com), and its signed webhooks."""

from openvisit.adapters.mailgun.hooks import MailgunHooks
from openvisit.adapters.mailgun.sender import MailgunSender

__all__ = ["MailgunHooks", "MailgunSender"]
