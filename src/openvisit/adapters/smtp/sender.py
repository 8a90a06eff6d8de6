"""Hands mail to one SMTP server, one connection a mail."""

import asyncio
from contextlib import suppress
from email.message import EmailMessage
from typing import Any

import aiosmtplib

from openvisit.adapters.smtp.server import Server, read_url
from openvisit.platform.channels import Channel, Doubtful, Message, Refused, Taken
from openvisit.platform.mail.mime import as_mime


class SmtpSender:
    """`origin` is the From of every mail; `timeout` is for the whole conversation, in seconds."""

    vendor = "smtp"
    channel: Channel = "email"
    takes_idempotency_key = False  # the Message-ID is the same, but servers deliver it twice all the same

    def __init__(self, url: str, origin: str, *, timeout: float = 20.0) -> None:
        self.origin = origin
        self._server = read_url(url)
        self._timeout = timeout

    async def send(self, message: Message) -> Taken:
        """Return once the server has taken the mail; its id is the Message-ID.

        Errors: Refused. Permanent: a 5xx reply to this mail, or an address the server cannot take. Worth retrying:
        4xx, no connection, refused sign-in (somebody will put the setting right), time-out. Doubtful when it was cut
        off after the mail had begun to go over.
        """
        mail = as_mime(message, self.origin)
        client = _Client(self._server, self._timeout, self.origin)
        try:
            async with asyncio.timeout(self._timeout):
                await _connect(client)
                await _hand_over(client, mail)
        except TimeoutError:  # aiosmtplib's own is one too
            raise client.cut_off("time-out") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise client.cut_off(f"broken off: {type(error).__name__}") from None
        else:
            await _part(client)
        finally:
            client.close()
        return Taken(self.vendor, str(mail["Message-ID"]))

    async def close(self) -> None:
        """Nothing is kept."""


class _Client(aiosmtplib.SMTP):
    """Remembers whether the mail itself had begun to go over when the conversation ended."""

    def __init__(self, server: Server, timeout: float, origin: str) -> None:
        self.handing_over = False
        super().__init__(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls,
            start_tls=server.start_tls,
            timeout=timeout,
            # Asking the resolver for our own name can take seconds; the sender's domain says who we are.
            local_hostname=origin.rpartition("@")[2].strip("> ") or "localhost",
        )

    async def data(self, message: str | bytes, /, **options: Any) -> aiosmtplib.SMTPResponse:
        """Send the mail itself."""
        self.handing_over = True
        return await super().data(message, **options)

    def cut_off(self, reason: str) -> Refused | Doubtful:
        """What an end without an answer means."""
        return Doubtful(reason) if self.handing_over else Refused(reason, permanent=False)


async def _connect(client: _Client) -> None:
    """Connect, secure, sign in. What goes wrong here is not the mail's fault and may be right tomorrow."""
    try:
        await client.connect()
    except aiosmtplib.SMTPResponseException as error:
        raise Refused(f"no service: {error.code}", permanent=False) from None


async def _hand_over(client: _Client, mail: EmailMessage) -> None:
    try:
        await client.send_message(mail)
    except aiosmtplib.SMTPRecipientsRefused as error:
        code = min(refusal.code for refusal in error.recipients)
        raise _refused(code, address_is_dead=code in _NO_SUCH_MAILBOX) from None
    except aiosmtplib.SMTPResponseException as error:
        raise _refused(error.code) from None
    except (aiosmtplib.SMTPNotSupported, ValueError):
        raise Refused("not an address the server can take", permanent=True, address_is_dead=True) from None


async def _part(client: _Client) -> None:
    """Say goodbye. The message is already the server's: nothing here may look like a failure to send it."""
    with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        await client.quit(timeout=1.0)


_NO_SUCH_MAILBOX = (550, 551, 553)  # RFC 5321, section 4.2.3, in answer to RCPT


def _refused(code: int, *, address_is_dead: bool = False) -> Refused:
    # The server's own words may repeat the address: only the code is kept.
    return Refused(f"refused with {code}", permanent=code >= 500, address_is_dead=address_is_dead)
