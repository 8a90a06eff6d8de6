"""A postbox and the steps that the tests of identity share.

Mail is taken at the port; everything before it is real: the job in the queue, the worker, the words.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from typing import Any

import httpx

from openvisit.features.access import jobs as access_jobs
from openvisit.features.identity import jobs as identity_jobs
from openvisit.platform.jobs import create_app
from tests.support.application import Application
from tests.support.post import KeptMail

PASSWORD = "a sentence is easy to remember"


class Postbox(KeptMail):
    """A sender that keeps what it is given, behind a worker that runs until the queue is empty."""

    def __init__(self, app: Application) -> None:
        super().__init__()
        self._app = app

    async def deliver(self) -> list[EmailMessage]:
        """Run the waiting jobs; the answer is the mail they sent."""
        before = len(self.mails)
        parts = self._app.parts
        worker = create_app(parts.db)
        worker.add_tasks_from(
            identity_jobs.blueprint(
                db=parts.db, vault=parts.vault, mailer=self, clock=parts.clock, public_url=parts.settings.public_url
            ),
            namespace="identity",
        )
        worker.add_tasks_from(
            access_jobs.blueprint(
                db=parts.db, vault=parts.vault, mailer=self, clock=parts.clock, public_url=parts.settings.public_url
            ),
            namespace="access",
        )
        async with worker.open_async():
            await worker.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)
        return self.mails[before:]

    async def code(self) -> str:
        """The code of the newest mail, after delivery."""
        await self.deliver()
        return code_in(self.mails[-1])


def code_in(message: EmailMessage) -> str:
    """The six digits in a mail's text."""
    body = message.get_body(("plain",))
    assert body is not None
    found = re.findall(r"(?<!\d)\d{6}(?!\d)", body.get_content())
    assert len(set(found)) == 1, found
    return str(found[0])


def registration(email: str, password: str = PASSWORD, name: str = "Ana Flores") -> dict[str, Any]:
    """A registration's body."""
    return {
        "email": email,
        "password": password,
        "full_name": name,
        "time_zone": "America/New_York",
        "language": "en",
    }


async def account(browser: httpx.AsyncClient, postbox: Postbox, email: str) -> dict[str, Any]:
    """Register and verify; the answer is that of signing in."""
    asked = await browser.post("/api/auth/register", json=registration(email))
    assert asked.status_code == 202, asked.text
    answer = await browser.post("/api/auth/verify", json={"email": email, "code": await postbox.code()})
    assert answer.status_code == 200, answer.text
    signed_in: dict[str, Any] = answer.json()
    return signed_in


def bearer(signed_in: dict[str, Any]) -> dict[str, str]:
    """The header of somebody signed in."""
    return {"Authorization": f"Bearer {signed_in['access_token']}"}


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it holds, at most five seconds: for what another process hears by the live channel."""
    async with asyncio.timeout(5):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.005)


def token_in(message: EmailMessage, purpose: str) -> str:
    """The secret in the link of a notice."""
    body = message.get_body(("plain",))
    assert body is not None
    (found,) = set(re.findall(rf"/account-safety#purpose={purpose}&token=(\S+)", body.get_content()))
    return str(found)


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
