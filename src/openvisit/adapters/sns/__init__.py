"""SMS by Amazon SNS, and the topics by which SNS tells of SMS that came in and of mail that SES sent."""

from openvisit.adapters.sns.hooks import SnsHooks
from openvisit.adapters.sns.sender import SnsSender

__all__ = ["SnsHooks", "SnsSender"]
