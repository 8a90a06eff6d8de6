"""Push messages in a real browser: turned on by a click, encrypted for it, shown by our service worker.

Chromium subscribes at Google's push service alone, which no test reaches. So the service is ours, on the loopback: the
keys of the subscription are made by the browser's own Web Crypto and its private key cannot leave it, the app registers
it with our server, the real sender encrypts and posts, and the browser decrypts with that key. The plain text then goes
to the real service worker by Chromium's debugging protocol, which delivers it as a push.
"""

import asyncio
import base64
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from openvisit.adapters.webpush import WebPushSender
from openvisit.platform.channels import Message, WebPush
from openvisit.platform.channels.vapid import VapidKey
from openvisit.platform.outgoing import Outgoing
from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation

_SUBSCRIBES_HERE = """
(endpoint) => {
  const url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  let held = null;
  PushManager.prototype.getSubscription = async () => held;
  PushManager.prototype.subscribe = async (options) => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
    const point = await crypto.subtle.exportKey('raw', pair.publicKey);
    const auth = crypto.getRandomValues(new Uint8Array(16));
    window.kept = { pair, point, auth, serverKey: options.applicationServerKey, url };
    held = {
      endpoint,
      toJSON: () => ({ endpoint, keys: { p256dh: url(point), auth: url(auth) } }),
      unsubscribe: async () => { held = null; return true; },
    };
    return held;
  };
}
"""

_DECRYPTS = """
async (body) => {
  const { pair, point, auth } = window.kept;
  const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
  const salt = bytes.slice(0, 16), theirs = bytes.slice(21, 21 + bytes[20]), sealed = bytes.slice(21 + bytes[20]);
  const text = (words) => new TextEncoder().encode(words);
  const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...new Uint8Array(part)]));
  const hkdf = async (material, salt, info, length) => {
    const key = await crypto.subtle.importKey('raw', material, 'HKDF', false, ['deriveBits']);
    return crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, length * 8);
  };
  const ecdh = { name: 'ECDH', namedCurve: 'P-256' };
  const sender = await crypto.subtle.importKey('raw', theirs, ecdh, false, []);
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: sender }, pair.privateKey, 256);
  const material = await hkdf(shared, auth, join(text('WebPush: info\\0'), point, theirs), 32);
  const raw = await hkdf(material, salt, text('Content-Encoding: aes128gcm\\0'), 16);
  const iv = await hkdf(material, salt, text('Content-Encoding: nonce\\0'), 12);
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt']);
  const padded = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed));
  return new TextDecoder().decode(padded.slice(0, padded.lastIndexOf(2)));
}
"""

_SHOWN = """
async () => {
  const registration = await navigator.serviceWorker.getRegistration('/');
  return (await registration.getNotifications()).map((one) => [one.title, one.body, one.lang, one.data.link]);
}
"""


@pytest.fixture(scope="module")
def browser(whole_browser: Browser) -> Browser:
    """The shell delivers no push messages."""
    return whole_browser


@pytest.fixture
def push_service() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A push service (RFC 8030) on the loopback, and what was posted to it."""
    posted: list[tuple[dict[str, str], bytes]] = []

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/send/1", posted
    server.shutdown()
    server.server_close()


def test_a_message_reaches_the_browser_that_asked_for_it(
    visitors: Visitors, installation: Installation, push_service: tuple[str, list[tuple[dict[str, str], bytes]]]
) -> None:
    endpoint, posted = push_service
    patient = installation.new_patient("Isla Penhallow")
    visitor = visitors("phone", patient, viewport={"width": 375, "height": 800}, permissions=["notifications"])
    visitor.context.add_init_script(f"({_SUBSCRIBES_HERE})({endpoint!r})")
    page = visitor.go("/preferences")
    section = page.get_by_role("region", name="Messages on this device")
    section.get_by_role("button", name="Show messages on this device").click()
    expect(section.get_by_role("button", name="Stop messages on this device")).to_be_visible()
    (device,) = installation.api("GET", "me/push-subscriptions", by=patient)["items"]
    assert (device["kind"], "Chrom" in device["device"]) == ("browser", True)
    assert page.evaluate("window.kept.serverKey") == installation.api("GET", "push/key")["key"]

    keys = page.evaluate("[window.kept.url(window.kept.point), window.kept.url(window.kept.auth)]")
    link = f"{installation.address}/visits"
    with ThreadPoolExecutor() as elsewhere:  # this thread has the browser's event loop
        elsewhere.submit(asyncio.run, _send(WebPush(endpoint, *keys), link)).result()
    ((headers, body),) = posted
    assert headers["content-encoding"] == "aes128gcm"
    assert b"14:30" not in body
    told = page.evaluate(_DECRYPTS, base64.b64encode(body).decode())
    assert "14:30" in told

    session = visitor.context.new_cdp_session(page)
    registrations: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    for _ in range(2):  # a message that came twice is shown once
        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": installation.address, "registrationId": registrations[0], "data": told},
        )
    page.wait_for_function("navigator.serviceWorker.ready.then((r) => r.getNotifications()).then((n) => n.length > 0)")
    assert page.evaluate(_SHOWN) == [["Riverside Clinic", "Today at 14:30", "en", link]]

    section.get_by_role("button", name="Stop messages on this device").click()
    expect(section.get_by_role("button", name="Show messages on this device")).to_be_visible()
    assert installation.api("GET", "me/push-subscriptions", by=patient)["items"] == []


async def _send(browser: WebPush, link: str) -> None:
    """By the real sender; the key that signs is of no matter to a service that takes everything."""
    key = VapidKey(VapidKey.make())

    async def ours() -> VapidKey:
        return key

    sender = WebPushSender(ours, "mailto:visits@clinic.example", Outgoing(development=True))
    said = "Today at 14:30"
    await sender.send(Message("r.1", "push", browser, said, datetime.now(UTC), subject="Riverside Clinic", link=link))
