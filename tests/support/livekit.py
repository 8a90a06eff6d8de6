"""A LiveKit server of the tests' own, on free ports of the loopback, to be killed and started again."""

import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.support.oidc_provider import free_port

PROGRAM = "OPENVISIT_LIVEKIT_SERVER"
KEY, SECRET = "openvisit", "a secret of the tests, long enough for HMAC"


def program() -> str:
    """Where livekit-server is. Skips where there is none; what OPENVISIT_LIVEKIT_SERVER names has to be there."""
    if named := os.environ.get(PROGRAM):
        assert Path(named).is_file(), f"{PROGRAM} is {named}, which is no file"
        return named
    if found := shutil.which("livekit-server"):
        return found
    pytest.skip(f"there is no livekit-server on the PATH nor in {PROGRAM} (script/test --interop builds it)")


class MediaServer:
    """One LiveKit server. It knows one API key."""

    def __init__(self) -> None:
        self._program = program()
        self._ports = [free_port() for _ in range(3)]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where browsers connect, for `LIVEKIT_URL`."""
        return f"ws://127.0.0.1:{self._ports[0]}"

    @property
    def settings(self) -> dict[str, str]:
        """What an installation has to know of it."""
        return {"LIVEKIT_URL": self.url, "LIVEKIT_API_KEY": KEY, "LIVEKIT_API_SECRET": SECRET}

    def start(self) -> None:
        """Start it; `answers` tells when it is there."""
        port, udp, tcp = self._ports
        settings = (
            f"{{port: {port}, bind_addresses: [127.0.0.1], keys: {{{KEY}: '{SECRET}'}}, logging: {{level: error}}, "
            f"rtc: {{udp_port: {udp}, tcp_port: {tcp}, node_ip: 127.0.0.1, use_external_ip: false, "
            "enable_loopback_candidate: true}}"
        )
        self._process = subprocess.Popen([self._program, "--config-body", settings], stderr=subprocess.DEVNULL)

    def answers(self) -> bool | None:
        """True when it listens; None before."""
        assert self._process is not None
        assert self._process.poll() is None, "the LiveKit server has ended"
        try:
            return httpx.get(self.url.replace("ws", "http", 1), trust_env=False).is_success or None
        except httpx.HTTPError:
            return None

    def kill(self) -> None:
        """SIGKILL: every connection that goes through it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
