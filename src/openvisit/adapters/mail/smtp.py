"""Mail by SMTP (RFC 5321, submission as in RFC 6409), one connection a mail."""

import asyncio
import ipaddress
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from openvisit.features.identity.ports import MailFailed

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    """What an SMTP URL says. `start_tls`: True always, None when the server offers it, False never."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    tls: bool
    start_tls: bool | None


def read_url(url: str) -> Server:
    """`smtp://`, `smtp+starttls://` or `smtps://`, then `[user:password@]host[:port]`.

    Plain `smtp://` is turned to TLS where the server offers it, and has to be where a password is to be sent;
    this machine itself is believed. User and password are percent-encoded.
    Errors: ValueError, which does not repeat the password.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"SMTP_URL starts with one of {', '.join(_PORTS)}, then :// and a host")
    here = _is_loopback(parts.hostname)
    user = unquote(parts.username) if parts.username else None
    start_tls: bool | None = False if here else (True if user else None)
    if parts.scheme != "smtp":
        start_tls = parts.scheme == "smtp+starttls"
    return Server(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        user=user,
        password=unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "smtps",
        start_tls=start_tls,
    )


class SmtpMailer:
    """Hands mail to one server. `timeout` is for the whole conversation, in seconds."""

    def __init__(self, url: str, sender: str, *, timeout: float = 20.0) -> None:
        self.sender = sender
        self._server = read_url(url)
        self._timeout = timeout

    async def send(self, message: EmailMessage) -> None:
        """Return once the server has taken the message.

        Errors: MailFailed. Permanent: a 5xx reply to this message, or an address the server cannot take. Worth
        retrying: 4xx, no connection, refused sign-in (somebody will put the setting right), time-out. After a
        time-out at the very end the server may have taken it all the same.
        """
        client = self._client()
        try:
            async with asyncio.timeout(self._timeout):
                await _connect(client)
                await _hand_over(client, message)
        except TimeoutError:  # aiosmtplib's own is one too
            raise MailFailed("time-out", permanent=False) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailFailed(f"broken off: {type(error).__name__}", permanent=False) from None
        else:
            await _part(client)
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls,
            start_tls=server.start_tls,
            timeout=self._timeout,
            # Asking the resolver for our own name can take seconds; the sender's domain says who we are.
            local_hostname=self.sender.rpartition("@")[2].strip("> ") or "localhost",
        )


async def _connect(client: aiosmtplib.SMTP) -> None:
    """Connect, secure, sign in. What goes wrong here is not the mail's fault and may be right tomorrow."""
    try:
        await client.connect()
    except aiosmtplib.SMTPResponseException as error:
        raise MailFailed(f"no service: {error.code}", permanent=False) from None


async def _hand_over(client: aiosmtplib.SMTP, message: EmailMessage) -> None:
    try:
        await client.send_message(message)
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _refused(min(refusal.code for refusal in error.recipients)) from None
    except aiosmtplib.SMTPResponseException as error:
        raise _refused(error.code) from None
    except (aiosmtplib.SMTPNotSupported, ValueError):
        raise MailFailed("not an address the server can take", permanent=True) from None


async def _part(client: aiosmtplib.SMTP) -> None:
    """Say goodbye. The message is already the server's: nothing here may look like a failure to send it."""
    with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        await client.quit(timeout=1.0)


def _refused(code: int) -> MailFailed:
    # The server's own words may repeat the address: only the code is kept.
    return MailFailed(f"refused with {code}", permanent=code >= 500)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
