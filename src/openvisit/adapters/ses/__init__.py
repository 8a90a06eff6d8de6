"""Mail by Amazon SES (https://docs.aws.amazon.com/ses/latest/APIReference-V2)."""

from openvisit.adapters.ses.sender import SesSender

__all__ = ["SesSender"]
