"""The vendor of each channel, and the webhooks of vendors, as the settings choose them."""

from collections.abc import Awaitable, Callable, Mapping
from email.utils import parseaddr
from functools import partial

from openvisit.adapters.bird import BirdHooks, BirdSender
from openvisit.adapters.both_pushes import BothPushes
from openvisit.adapters.fcm import FcmSender
from openvisit.adapters.fcm.account import ServiceAccount
from openvisit.adapters.mailgun import MailgunHooks, MailgunSender
from openvisit.adapters.sendgrid import SendGridHooks, SendGridSender
from openvisit.adapters.ses import SesSender
from openvisit.adapters.smtp import SmtpSender
from openvisit.adapters.sns import SnsHooks, SnsSender
from openvisit.adapters.twilio import TwilioHooks, TwilioSms, TwilioVoice
from openvisit.adapters.twilio.account import Account
from openvisit.adapters.twins import ConsoleSender, NullSender
from openvisit.adapters.webpush import WebPushSender
from openvisit.platform import log
from openvisit.platform.channels import Channel, Forged, Hooks, Sender, Senders
from openvisit.platform.channels.vapid import VapidKey
from openvisit.platform.outgoing import Outgoing, OutgoingFailed, OutgoingRefused
from openvisit.settings import Settings, SettingsError

_logger = log.get("channels")
Key = Callable[[], Awaitable[VapidKey]]


def senders(settings: Settings, key: Key, outgoing: Outgoing) -> Senders:
    """The sender of every channel; nothing is opened yet. `key` gives the VAPID key. Errors: SettingsError."""
    return {
        "email": _email(settings),
        "sms": _sms(settings),
        "voice": _voice(settings),
        "push": _push(settings, key, outgoing),
    }


async def close(by_channel: Senders) -> None:
    """Close the connections that senders have kept."""
    for sender in by_channel.values():
        await sender.close()


def hooks(settings: Settings, outgoing: Outgoing) -> Mapping[str, Hooks]:
    """The webhooks of every vendor whose key for them is set. Errors: SettingsError."""
    found: list[Hooks] = []
    if "twilio" in (settings.sms_sender, settings.voice_sender):
        found.append(TwilioHooks(settings.twilio_auth_token))
    if settings.sendgrid_webhook_key:
        try:
            found.append(SendGridHooks(settings.sendgrid_webhook_key))
        except ValueError as error:
            raise SettingsError(f"SENDGRID_WEBHOOK_KEY: {error}") from error
    if settings.mailgun_webhook_key:
        found.append(MailgunHooks(settings.mailgun_webhook_key))
    if settings.bird_webhook_key:
        found.append(BirdHooks(settings.bird_webhook_key))
    if topics := [topic.strip() for topic in settings.sns_topics.split(",") if topic.strip()]:
        found.append(SnsHooks(topics, partial(_fetch, outgoing)))
    return {one.vendor: one for one in found}


def _email(settings: Settings) -> Sender:
    chosen, origin = settings.email_sender, settings.mail_from
    if chosen == "sendgrid":
        return SendGridSender(settings.sendgrid_api_key, settings.sendgrid_url, origin)
    if chosen == "mailgun":
        return MailgunSender(settings.mailgun_api_key, settings.mailgun_url, settings.mailgun_domain, origin)
    if chosen == "ses":
        return SesSender(origin, settings.ses_configuration_set)
    if chosen == "smtp" and settings.smtp_url:
        return SmtpSender(settings.smtp_url, origin)
    if chosen == "smtp":
        _logger.warning("SMTP_URL is not set: no mail is sent")
    return _twin("email", chosen, origin)


def _sms(settings: Settings) -> Sender:
    if settings.sms_sender == "twilio":
        return TwilioSms(_twilio(settings), settings.sms_from)
    if settings.sms_sender == "sns":
        return SnsSender(settings.sms_from)
    if settings.sms_sender == "bird":
        return BirdSender(settings.bird_api_key, settings.bird_url, settings.sms_from)
    return _twin("sms", settings.sms_sender, settings.sms_from)


def _voice(settings: Settings) -> Sender:
    if settings.voice_sender == "twilio":
        return TwilioVoice(_twilio(settings), settings.voice_from)
    return _twin("voice", settings.voice_sender, settings.voice_from)


def _push(settings: Settings, key: Key, outgoing: Outgoing) -> Sender:
    contact = settings.security_contact or f"mailto:{parseaddr(settings.mail_from)[1]}"
    if settings.push_sender == "webpush":
        return WebPushSender(key, contact, outgoing)
    if settings.push_sender == "fcm":
        return _fcm(settings)
    if settings.push_sender == "webpush+fcm":
        return BothPushes(browsers=WebPushSender(key, contact, outgoing), apps=_fcm(settings))
    return _twin("push", settings.push_sender)


def _fcm(settings: Settings) -> Sender:
    try:
        account = ServiceAccount.read(settings.fcm_service_account)
    except ValueError as error:
        raise SettingsError(f"FCM_SERVICE_ACCOUNT: {error}") from error
    return FcmSender(account, settings.fcm_url)


def _twilio(settings: Settings) -> Account:
    webhook = f"{settings.public_url.rstrip('/')}/api/webhooks/twilio"
    return Account(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_url, webhook)


def _twin(channel: Channel, chosen: str, origin: str = "") -> Sender:
    return ConsoleSender(channel, origin) if chosen == "console" else NullSender(channel, origin)


async def _fetch(outgoing: Outgoing, url: str) -> bytes:
    """What is at an address of AWS. Errors: Forged."""
    try:
        answer = await outgoing.send("GET", url)
    except (OutgoingRefused, OutgoingFailed) as error:
        raise Forged(f"not fetched: {error}") from error
    if answer.status != 200:
        raise Forged(f"not fetched: {answer.status}")
    return answer.body
