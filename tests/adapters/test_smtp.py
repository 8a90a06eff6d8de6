"""The SMTP mailer against real servers on the loopback, and its twins."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from openvisit.adapters.smtp import SmtpSender
from openvisit.adapters.smtp.server import read_url
from openvisit.platform.channels import Doubtful, Message, Refused
from openvisit.platform.mail import compose

pytestmark = pytest.mark.anyio

SENDER = "OpenVisit <visits@clinic.example>"


def mail(to: str = "ana@people.example") -> Message:
    """A mail to send."""
    return compose(
        "verification_code",
        "es",
        {"name": "Ana", "code": "482913", "minutes": "15"},
        to=to,
        key="k",
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )


class Answers:
    """A server's handler: keeps what it takes, answers what it is told to."""

    def __init__(self, rcpt: str = "250 ok", data: str = "250 ok") -> None:
        self.rcpt = rcpt
        self.data = data
        self.taken: list[Envelope] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.data.startswith("2"):
            self.taken.append(envelope)
        return self.data


@asynccontextmanager
async def serving(handler: Any, **options: Any) -> AsyncIterator[str]:
    """An aiosmtpd server; the answer is its URL."""
    loop = asyncio.get_running_loop()
    async with _listening(lambda: SMTP(handler, loop=loop, hostname="mail.test", **options)) as url:
        yield url


@asynccontextmanager
async def _listening(protocol: Callable[[], asyncio.BaseProtocol]) -> AsyncIterator[str]:
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@asynccontextmanager
async def talking(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[str]:
    """A server of the test's own making, for what a good one never does."""
    conversations = []

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.append(asyncio.current_task())
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for conversation in conversations:
            if conversation is not None:
                conversation.cancel()
        await asyncio.gather(*filter(None, conversations), return_exceptions=True)


async def failure(url: str, *, timeout: float = 10.0, to: str = "ana@people.example") -> Refused:
    """The error that sending there ends in."""
    with pytest.raises(Refused) as caught:
        await SmtpSender(url, SENDER, timeout=timeout).send(mail(to))
    return caught.value


async def test_a_mail_arrives_whole() -> None:
    """Envelope, headers and words."""
    handler = Answers()
    async with serving(handler) as url:
        await SmtpSender(url, SENDER).send(mail())
    (envelope,) = handler.taken
    assert envelope.mail_from == "visits@clinic.example"
    assert envelope.rcpt_tos == ["ana@people.example"]
    assert isinstance(envelope.content, bytes)
    parsed = message_from_bytes(envelope.content, policy=default)
    assert parsed["Message-ID"] == "<k@clinic.example>"
    body = parsed.get_body(("plain",))  # type: ignore[attr-defined]
    assert "Escribe este código" in body.get_content()


@pytest.mark.parametrize(
    ("answers", "permanent"),
    [
        (Answers(rcpt="550 5.1.1 no such mailbox ana@people.example"), True),
        (Answers(rcpt="451 4.7.1 greylisted, ana@people.example"), False),
        (Answers(data="554 5.7.1 refused"), True),
        (Answers(data="452 4.3.1 no room"), False),
        (Answers(data="421 4.3.2 going down"), False),
    ],
)
async def test_a_refusal_says_whether_to_try_again(answers: Answers, permanent: bool) -> None:
    """5xx never, 4xx later; the server's words, which may hold the address, are not passed on."""
    async with serving(answers) as url:
        error = await failure(url)
    assert error.permanent is permanent
    assert "ana" not in str(error)


async def test_nobody_listening_is_worth_another_try() -> None:
    """The server may be back in a minute."""
    async with serving(Answers()) as url:
        pass
    assert (await failure(url)).permanent is False


async def test_a_server_that_refuses_to_talk_is_worth_another_try() -> None:
    """554 at the door is about the server, not about the mail."""

    async def refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"554 no SMTP service here\r\n")
        await writer.drain()

    async with talking(refuse) as url:
        assert (await failure(url)).permanent is False


async def test_a_connection_that_is_cut_is_worth_another_try() -> None:
    """In the middle of the conversation."""

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        await reader.readline()

    async with talking(cut) as url:
        assert (await failure(url)).permanent is False


async def test_a_server_that_says_nothing_is_given_up() -> None:
    """After the mailer's time-out."""

    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with talking(silent) as url:
        error = await failure(url, timeout=0.2)
    assert str(error) == "time-out"
    assert error.permanent is False


async def test_a_server_that_keeps_talking_is_given_up_too() -> None:
    """The time-out is for the whole, not for each line."""

    async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"220-still here\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with talking(endless) as url:
        assert (await failure(url, timeout=0.3)).permanent is False


async def test_a_connection_cut_before_the_answer_leaves_a_doubt() -> None:
    """The server has the whole mail: it may have taken it, or not."""

    async def cut_before_yes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        while (command := (await reader.readline()).upper()) != b"DATA\r\n":
            assert command, "the mail never came"
            writer.write(b"250 mail.test\r\n")
        writer.write(b"354 go on\r\n")
        await reader.readuntil(b"\r\n.\r\n")

    async with talking(cut_before_yes) as url:
        with pytest.raises(Doubtful):
            await SmtpSender(url, SENDER, timeout=5.0).send(mail())


async def test_a_mailbox_that_does_not_exist_is_dead_and_one_that_is_full_is_not() -> None:
    """Nothing more is to be sent to the one, and tomorrow's mail to the other."""
    async with serving(Answers(rcpt="550 5.1.1 no such mailbox")) as url:
        assert (await failure(url)).address_is_dead
    async with serving(Answers(rcpt="452 4.2.2 full")) as url:
        assert not (await failure(url)).address_is_dead
    async with serving(Answers(data="554 5.7.1 not wanted")) as url:
        assert not (await failure(url)).address_is_dead


async def test_a_mail_that_was_taken_is_sent_whatever_the_goodbye() -> None:
    """A connection cut after the server's yes must not lead to a second mail."""
    taken = asyncio.Event()

    async def cut_after_yes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        while not taken.is_set():
            command = (await reader.readline()).upper()
            if command == b"DATA\r\n":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"250 taken\r\n")
                await writer.drain()
                taken.set()
            else:
                writer.write(b"250 mail.test\r\n")

    async with talking(cut_after_yes) as url:
        await SmtpSender(url, SENDER, timeout=5.0).send(mail())
    assert taken.is_set()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
async def test_a_sign_in_is_made_and_a_wrong_one_is_worth_another_try() -> None:
    """Once the setting is right the mail goes out."""

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (b"post", b"p@ss/word"), handled=False)

    handler = Answers()
    options = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    async with serving(handler, **options) as url:
        host = url.removeprefix("smtp://")
        await SmtpSender(f"smtp://post:p%40ss%2Fword@{host}", SENDER).send(mail())
        error = await failure(f"smtp://post:wrong@{host}")
    assert len(handler.taken) == 1
    assert error.permanent is False
    assert "wrong" not in str(error)


async def test_an_address_beyond_ascii_needs_a_server_that_knows_them() -> None:
    """SMTPUTF8 (RFC 6531)."""
    handler = Answers()
    async with serving(handler, enable_SMTPUTF8=True) as url:
        await SmtpSender(url, SENDER).send(mail("añez@people.example"))
    assert handler.taken[0].rcpt_tos == ["añez@people.example"]
    async with serving(Answers()) as url:
        assert (await failure(url, to="añez@people.example")).permanent is True


async def test_starttls_that_is_wanted_and_not_offered_sends_nothing() -> None:
    """Neither password nor mail goes over the open line."""
    handler = Answers()
    async with serving(handler) as url:
        error = await failure("smtp+starttls://post:secret@" + url.removeprefix("smtp://"))
    assert error.permanent is False
    assert handler.taken == []


@pytest.mark.parametrize(
    ("url", "port", "tls", "start_tls"),
    [
        ("smtp://127.0.0.1:2525", 2525, False, False),
        ("smtp://localhost", 25, False, False),
        ("smtp://[::1]:2525", 2525, False, False),
        ("smtp://mail.example", 25, False, None),
        ("smtp://post:secret@mail.example", 25, False, True),
        ("smtp+starttls://post:secret@mail.example", 587, False, True),
        ("smtps://post:secret@mail.example", 465, True, False),
    ],
)
def test_a_url_says_how_safe(url: str, port: int, tls: bool, start_tls: bool | None) -> None:
    """A password never goes over an open line to another machine."""
    server = read_url(url)
    assert (server.port, server.tls, server.start_tls) == (port, tls, start_tls)
    assert "secret" not in repr(server)


@pytest.mark.parametrize("url", ["http://mail.example", "mail.example:25", "smtp://", "smtp:///path"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    """At the start, not at the first mail."""
    with pytest.raises(ValueError, match="SMTP_URL"):
        SmtpSender(url, SENDER)
