"""Mail by SMTP (RFC 5321, submission as in RFC 6409)."""

from openvisit.adapters.smtp.sender import SmtpSender

__all__ = ["SmtpSender"]
