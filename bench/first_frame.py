"""How long after entering a call the first picture of the other is on the screen, beside a bare call of the same stack.

Both run in one browser on the loopback, in turn: ten times into a visit of a real installation, where keys are proved
and every description is signed, and ten times into a call of two plain connections whose signals an echo of Granian and
Litestar passes on. The clock starts when the tab says its first word on its socket, with the page and the code loaded.
"""

import asyncio
import multiprocessing
import os
import shutil
import socket
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROUNDS = 10
BEGIN = "## (h) From entering a call to the first picture"

_MEASURES = """
(() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) { window.entered ??= performance.now(); return send.call(this, data); };
  const media = MediaDevices.prototype, ask = media.getUserMedia;
  media.getUserMedia = function ({ video, audio }) {
    return ask.call(this, { audio, video: video && { width: 320, height: 180, frameRate: 10 } });
  };
  window.firstFrame = (select) => new Promise((resolve) => {
    const look = () => {
      const video = document.querySelector(select);
      if (!video) return requestAnimationFrame(look);
      video.requestVideoFrameCallback((now) => resolve(now - window.entered));
    };
    look();
  });
})();
"""

_BARE = """<!doctype html><title>bare</title><video autoplay playsinline muted></video><script>
(async () => {
  const socket = new WebSocket(`ws://${location.host}/socket`), first = location.hash === '#first';
  const say = (data) => socket.send(JSON.stringify(data));
  await new Promise((open) => { socket.onopen = open; });
  say({ here: true });
  const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  let connection = null;
  const begin = () => {
    connection?.close();
    connection = new RTCPeerConnection();
    for (const track of stream.getTracks()) connection.addTrack(track, stream);
    connection.onicecandidate = ({ candidate }) => candidate && say({ candidate });
    connection.ontrack = ({ streams: [one] }) => { document.querySelector('video').srcObject = one; };
  };
  const describe = async () => {
    await connection.setLocalDescription();
    say({ description: connection.localDescription });
  };
  let queue = Promise.resolve();
  socket.onmessage = ({ data }) => { queue = queue.then(() => take(JSON.parse(data))); };
  const take = async ({ ready, description, candidate }) => {
    if (ready && first) { begin(); await describe(); }
    if (description) {
      if (description.type === 'offer') begin();
      await connection.setRemoteDescription(description);
      if (description.type === 'offer') await describe();
    }
    if (candidate) await connection.addIceCandidate(candidate);
  };
  if (!first) say({ ready: true });
})();
</script>"""


@dataclass
class FirstFrame:
    """Milliseconds, in the order in which they were measured."""

    visits: list[float]
    bare: list[float]

    def lines(self) -> list[str]:
        """The section of the report."""
        rows = (("a visit of OpenVisit", self.visits), ("a bare call", self.bare))
        lines = [BEGIN, "", "| | median ms | fastest | slowest |", "|---|---|---|---|"]
        lines += [
            f"| {name} | {statistics.median(all_):.0f} | {min(all_):.0f} | {max(all_):.0f} |" for name, all_ in rows
        ]
        more = statistics.median(self.visits) - statistics.median(self.bare)
        return [
            *lines,
            "",
            f"{ROUNDS} times each, in turn. The visit takes {more:.0f} ms more: the room's answer, the keys and the"
            " ways asked of the server, two messages each way before the first description, and every description"
            " signed and checked. Two tabs of Chromium with cameras of 320x180 at 10 pictures a second, server and"
            f" database on the same two cores. Load average at the end: {os.getloadavg()[0]:.1f}.",
        ]


def chromium() -> str:
    """The browser that `script/test` uses, too."""
    found = os.environ.get("OPENVISIT_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None
    )
    if not found:
        raise SystemExit("no Chromium: install it, or give its path in OPENVISIT_CHROMIUM")
    return found


def run(chromium: str) -> FirstFrame:
    """Measure both."""
    # The journeys' own installation: the whole product, as people meet it.
    from tests.journeys.calling import MEDIA, visit_now
    from tests.journeys.conftest import FLAGS
    from tests.journeys.installation import Installation

    with tempfile.TemporaryDirectory(prefix="ov-bench-") as name, sync_playwright() as playwright, _relay() as port:
        os.chmod(name, 0o711)
        installation = Installation(Path(name) / "data")
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *sandbox])
        try:
            patient, doctor = installation.new_patient("Ida Fernley"), installation.demo("provider")
            room = visit_now(installation, patient, doctor)

            def come(account: Any) -> Page:
                return _page(
                    browser, base_url=installation.address, storage_state=installation.signed_in(account), **MEDIA
                )

            provider, ida = come(doctor), come(patient)
            provider.goto(f"/visit/{room}")
            ida.goto(f"/visit/{room}")
            provider.get_by_role("button", name="Let Ida Fernley in").click(timeout=30_000)
            _first_frame(ida, "[data-tile] video")
            one, other = (
                _page(browser, base_url=f"http://127.0.0.1:{port}", permissions=MEDIA["permissions"]) for _ in "12"
            )
            one.goto("/#first")
            found = FirstFrame([], [])
            for _ in range(ROUNDS):
                ida.goto("about:blank")
                provider.locator("[data-tile]").wait_for(state="detached", timeout=30_000)
                ida.goto(f"/visit/{room}")
                found.visits.append(_first_frame(ida, "[data-tile] video"))
                other.goto("about:blank")
                other.goto(f"http://127.0.0.1:{port}/#second")
                found.bare.append(_first_frame(other, "video"))
            return found
        finally:
            browser.close()
            installation.stop()


def _page(browser: Browser, **options: Any) -> Page:
    context = browser.new_context(**options)
    context.add_init_script(_MEASURES)
    return context.new_page()


def _first_frame(page: Page, select: str) -> float:
    milliseconds: float = page.evaluate("(select) => window.firstFrame(select)", select)
    return milliseconds


class _relay:  # noqa: N801 - used as a function
    """The bare server: a page, and a socket that passes on what one tab says to the others."""

    def __enter__(self) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        self._process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port,), daemon=True)
        self._process.start()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return port
            time.sleep(0.05)
        raise RuntimeError("the bare server does not listen")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()


def _serve(port: int) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server
    from litestar import Litestar, Response, WebSocket, get, websocket
    from litestar.exceptions import WebSocketDisconnect

    open_sockets: set[WebSocket[Any, Any, Any]] = set()

    @get("/", sync_to_thread=False)
    def page() -> Response[str]:
        return Response(_BARE, media_type="text/html")

    @websocket("/socket")
    async def relay(socket: WebSocket[Any, Any, Any]) -> None:
        await socket.accept()
        open_sockets.add(socket)
        try:
            while True:
                said = await socket.receive_data(mode="text")
                for other in open_sockets - {socket}:
                    await other.send_data(said, mode="text")
        except WebSocketDisconnect:
            open_sockets.discard(socket)

    asyncio.run(Server(Litestar([page, relay]), address="127.0.0.1", port=port, interface=Interfaces.ASGI).serve())
