"""Mail by SendGrid (https://www.twilio.com/docs/sendgrid/api-reference/mail-send), and its signed event webhook."""

from openvisit.adapters.sendgrid.hooks import SendGridHooks
from openvisit.adapters.sendgrid.sender import SendGridSender

__all__ = ["SendGridHooks", "SendGridSender"]
