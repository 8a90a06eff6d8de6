"""Holding a call in journeys: a visit that is now, people who enter it, and what their browsers measure."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import Page

from openvisit.platform.postgres import running_url
from tests.journeys.installation import Account, Installation
from tests.journeys.visitor import Visitor
from tests.support.processes import below, kill_all

MEDIA = {"permissions": ["camera", "microphone"], "viewport": {"width": 1000, "height": 800}}

SMALL_PICTURES = """
(() => {
  window.connections = [];
  const Usual = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Usual {
    constructor(...all) { super(...all); window.connections.push(this); }
  };
  const media = MediaDevices.prototype, ask = media.getUserMedia;
  media.getUserMedia = function ({ video, audio }) {
    const small = video && { ...video, width: 320, height: 180, frameRate: 10 };
    return ask.call(this, { audio: audio ?? false, video: small ?? false });
  };
})();
"""
"""Two processors encode and decode all of it; and the connections can be looked at."""

_COUNTS = """
async () => {
  const found = [];
  for (const one of window.connections.filter((one) => one.connectionState === 'connected')) {
    const all = [...(await one.getStats()).values()];
    const sum = (kind, what) => all.filter((s) => s.type === 'inbound-rtp' && s.kind === kind)
      .reduce((total, s) => total + (s[what] ?? 0), 0);
    const pair = all.find((s) => s.type === 'candidate-pair' && s.nominated && s.state === 'succeeded');
    const way = all.find((s) => s.id === pair?.localCandidateId)?.candidateType ?? '';
    const certificate = all.find((s) => s.type === 'certificate' && s.fingerprint);
    found.push({ frames: sum('video', 'framesDecoded'), energy: sum('audio', 'totalAudioEnergy'), way,
      dtls: all.find((s) => s.type === 'transport')?.dtlsState, certificate: certificate?.fingerprint ?? '' });
  }
  return found;
}
"""


def counts(page: Page) -> list[dict[str, Any]]:
    """What each connection of a page has received until now."""
    found: list[dict[str, Any]] = page.evaluate(_COUNTS)
    return found


def until(fact: Callable[[], bool], what: str, seconds: float = 30.0, page: Page | None = None) -> None:
    """Wait until it is so; the test fails when it never is.

    Give a `page` where requests are held up to be looked at: they go on meanwhile, and not while a test sleeps.
    """
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        if page is None:
            time.sleep(0.1)
        else:
            page.wait_for_timeout(100)


def sees_and_hears(visitor: Visitor, people: int, seconds: float = 40.0) -> None:
    """Frames are decoded and the energy of the sound rises, from everybody else."""
    first: list[dict[str, Any]] = []

    def all_there() -> bool:
        nonlocal first
        first = counts(visitor.page)
        return len(first) == people

    until(all_there, f"{visitor.name} is connected to {people}", seconds)

    def all_rise() -> bool:
        now = counts(visitor.page)
        return len(now) == people and all(
            late["frames"] > early["frames"] + 5 and late["energy"] > early["energy"]
            for early, late in zip(first, now, strict=True)
        )

    until(all_rise, f"{visitor.name} sees and hears {people}", seconds)


def visit_now(installation: Installation, patient: Account, provider: Account) -> str:
    """A visit by video that begins in five minutes; its room's id.

    Booked some days ahead as anybody would, and brought forward in the database: no clinic lets one book so late.
    """
    offer = installation.offer(provider_id=provider.provider_id)
    used = installation.slots(offer.provider_id, offer.visit_type_id, offer.mode)
    booked = installation.book(patient, offer, used[-1]["start"])
    start = datetime.now(UTC) + timedelta(minutes=5)
    url = running_url(installation.data / "postgres", "openvisit")
    assert url is not None
    with psycopg.connect(url) as connection:
        connection.execute(
            """UPDATE appointment SET status = 'confirmed', starts_at = %(start)s, ends_at = %(end)s
               WHERE id = %(id)s""",
            {"start": start, "end": start + timedelta(minutes=30), "id": booked["id"]},
        )
    return str(booked["id"])


def without_keys(installation: Installation, account: Account) -> None:
    """Whatever keys another journey made for the person never were: they are asked to make their first."""
    url = running_url(installation.data / "postgres", "openvisit")
    assert url is not None
    person = installation.api("GET", "me", by=account)["id"]
    with psycopg.connect(url) as connection:
        seals = "DELETE FROM person_key_seal WHERE person_key_id IN (SELECT id FROM person_key WHERE person_id = %s)"
        connection.execute(seals, [person])
        connection.execute("DELETE FROM person_key WHERE person_id = %s", [person])


def kill_web(installation: Installation) -> None:
    """SIGKILL the web process, which the supervisor starts anew."""
    (web,) = [process for process in below(installation.pid, "serve") if process.ppid() == installation.pid]
    kill_all([web, *web.children(recursive=True)])


def shots(folder: Path, **people: Visitor) -> None:
    """Pictures of what everybody sees, for a person to look at."""
    for name, visitor in people.items():
        visitor.page.screenshot(path=folder / f"{name}.png", full_page=True)
