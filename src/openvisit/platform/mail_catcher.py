"""An SMTP server on the loopback that keeps every mail instead of sending it, for the development profile."""

import asyncio
import logging
import socket
import threading
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from openvisit.platform.mail_store import MailStore

LARGEST_MAIL = 10_000_000
_log = logging.getLogger(__name__)


class MailCatcher:
    """Listens from `start` to `stop` on a thread of its own; what arrives can be read from a `MailStore`."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.store = MailStore(folder)
        self._host = host
        self._port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopping = asyncio.Event()

    @property
    def url(self) -> str:
        """The setting SMTP_URL that leads here."""
        return f"smtp://{self._host}:{self._port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Open the port (a free one when none was named) and return; OSError when it is taken."""
        listener = socket.create_server((self._host, self._port))
        self._port = listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, args=(self._loop, listener), name="mail-catcher")
        self._thread.daemon = True
        self._thread.start()

    def stop(self) -> None:
        """Close the port; mail already accepted is on disk. Harmless when not started."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(5.0)
            self._loop = self._thread = None

    def _run(self, loop: asyncio.AbstractEventLoop, listener: socket.socket) -> None:
        try:
            loop.run_until_complete(self._serve(listener))
        finally:
            loop.close()

    async def _serve(self, listener: socket.socket) -> None:
        # The listener already queues connections, so nobody is turned away while this module loads.
        from aiosmtpd.smtp import SMTP

        handler = _Keeper(self.store)
        sessions: weakref.WeakSet[Any] = weakref.WeakSet()

        def session() -> Any:
            opened = SMTP(handler, hostname="openvisit.test", data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True)
            sessions.add(opened)
            return opened

        server = await asyncio.get_running_loop().create_server(session, sock=listener)
        await self._stopping.wait()
        server.close()
        await _hang_up(sessions)


async def _hang_up(sessions: Iterable[Any]) -> None:
    """End the sessions still open, and let the loop forget their connections."""
    for session in list(sessions):
        if session.transport is not None:
            session.transport.abort()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)


class _Keeper:
    """What aiosmtpd calls when a mail has arrived; the name of the method is its protocol's."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        try:
            await asyncio.to_thread(self._store.add, bytes(envelope.content), list(envelope.rcpt_tos))
        except OSError as error:
            _log.warning("caught mail could not be kept: %s", error.strerror)
            return "452 4.3.1 no room for this mail"
        return "250 2.0.0 kept"
