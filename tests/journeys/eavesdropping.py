"""Whoever has the media server: they enter its rooms by a token of their own, and take whatever passes."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

CLIENT = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "livekit-client" / "dist"

NOTED_KEYS = """
(() => {
  const bytesOf = new WeakMap();
  window.mediaKeys = [];
  const subtle = SubtleCrypto.prototype, take = subtle.importKey;
  subtle.importKey = async function (format, bytes, algorithm, ...more) {
    const key = await take.call(this, format, bytes, algorithm, ...more);
    if (format === 'raw') bytesOf.set(key, [...new Uint8Array(bytes.buffer ?? bytes)]);
    return key;
  };
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...more) {
    const { kind, data } = message;
    if (kind === 'setKey' && bytesOf.has(data.key)) {
      const { participantIdentity: participant, keyIndex: index, key } = data;
      window.mediaKeys.push({ participant, index, bytes: bytesOf.get(key) });
    }
    return post.call(this, message, ...more);
  };
})();
"""
"""Notes in a page what its worker encrypts and opens by, for the test to look for everywhere else."""

_LISTEN = """
async ([server, token]) => {
  const { BaseKeyProvider, Room, setLogLevel } = LivekitClient;
  setLogLevel('silent');
  class Keys extends BaseKeyProvider {
    constructor() {
      super({ sharedKey: false, ratchetWindowSize: 0, failureTolerance: -1, keyringSize: 16, keySize: 256 });
    }
    async put({ participant, index, bytes }) {
      const usages = ['deriveBits', 'deriveKey'];
      const key = await crypto.subtle.importKey('raw', new Uint8Array(bytes), 'HKDF', false, usages);
      this.onSetEncryptionKey(key, participant, index);
    }
  }
  window.keys = new Keys();
  const worker = new Worker('/livekit-client.e2ee.worker.js');
  window.room = new Room({ encryption: { keyProvider: keys, worker }, singlePeerConnection: false });
  room.on('trackSubscribed', (track) => document.body.append(track.attach()));
  await room.setE2EEEnabled(true);
  await room.connect(server, token);
}
"""
_TAKES = """
async () => {
  const all = [...room.remoteParticipants.values()].flatMap((one) => [...one.trackPublications.values()]);
  const found = { packets: 0, frames: 0, energy: 0 };
  for (const { track } of all.filter((one) => one.track)) {
    for (const one of (await track.receiver.getStats()).values()) {
      if (one.type !== 'inbound-rtp') continue;
      found.packets += one.packetsReceived ?? 0;
      found.frames += one.framesDecoded ?? 0;
      found.energy += one.totalAudioEnergy ?? 0;
    }
  }
  return found;
}
"""


class Eavesdropper:
    """A browser with the media server's own client, which takes all that the room has."""

    def __init__(self, browser: Browser) -> None:
        self._site = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Files, directory=str(CLIENT)))
        threading.Thread(target=self._site.serve_forever, daemon=True).start()
        self._context = browser.new_context()
        self.page: Page = self._context.new_page()

    def enters(self, server: str, token: str, keys: list[dict[str, Any]]) -> None:
        """Enter the room of the token, with keys that it has from somewhere."""
        self.page.goto(f"http://127.0.0.1:{self._site.server_port}/")
        self.page.add_script_tag(url="/livekit-client.umd.js")
        self.page.locator("h1").click()  # without that, a browser plays no sound
        self.page.evaluate(_LISTEN, [server, token])
        self.has(keys)

    def has(self, keys: list[dict[str, Any]]) -> None:
        """From now on it opens by these."""
        self.page.evaluate("(all) => Promise.all(all.map((one) => keys.put(one)))", keys)

    def takes(self) -> dict[str, float]:
        """What came: packets, frames that could be decoded, energy of sounds."""
        found: dict[str, float] = self.page.evaluate(_TAKES)
        return found

    def close(self) -> None:
        """It goes."""
        self._context.close()
        self._site.shutdown()
        self._site.server_close()


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def noted_keys(page: Page) -> list[dict[str, Any]]:
    """The keys of a page that had NOTED_KEYS from the beginning, latest last."""
    found: list[dict[str, Any]] = page.evaluate("window.mediaKeys")
    assert found
    assert all(len(one["bytes"]) == 32 for one in found)
    return found
