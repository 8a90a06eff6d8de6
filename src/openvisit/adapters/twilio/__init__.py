"""Twilio: SMS and telephone calls, and what it tells of them.

API: https://www.twilio.com/docs/messaging/api and https://www.twilio.com/docs/voice/api; error codes of both:
https://www.twilio.com/docs/api/errors. It takes no idempotency key: a doubt stays one.
"""

from openvisit.adapters.twilio.hooks import TwilioHooks
from openvisit.adapters.twilio.sms import TwilioSms
from openvisit.adapters.twilio.voice import TwilioVoice

__all__ = ["TwilioHooks", "TwilioSms", "TwilioVoice"]
