"""A running `openvisit up` with its demo data, and its API as the journeys use it beside the browser."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

from openvisit.platform.trusted import authorities
from tests.support.oidc_provider import free_port

T = TypeVar("T")

DEMO_PASSWORD = "openvisit-demo"
OWN_PASSWORD = "twelve quiet lanterns"
ZONE = "America/New_York"
CHEAP = {"ARGON2_MEMORY_KIB": "64", "ARGON2_PASSES": "1"}
"""What a password costs is tried elsewhere; in journeys hundreds are typed."""
OUTSIDE = ("DATABASE_URL", "SMTP_URL", "PUBLIC_URL", "SECRET_KEY", "TEST_DATABASE_URL", "OIDC_PROVIDERS")


def eventually(fact: Callable[[], T | None], what: str, *, seconds: float = 20.0) -> T:
    """What `fact` finds, as soon as it finds something; the test fails when it never does."""
    deadline = time.monotonic() + seconds
    while (found := fact()) is None:
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)
    return found


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in, and who is signed in to the API by `token`."""

    name: str
    email: str
    password: str
    token: str
    patient_id: str | None
    provider_id: str | None


@dataclass(frozen=True)
class Offer:
    """A provider with a kind of visit, and free times of it some days ahead."""

    provider_id: str
    provider_name: str
    visit_type_id: str
    visit_type_name: str
    mode: str
    slots: list[dict[str, Any]]

    @property
    def page(self) -> str:
        """The address of the provider's page, on the week of the first of these times."""
        date = datetime.fromisoformat(self.slots[0]["start"]).astimezone(ZoneInfo(ZONE)).date()
        return f"/providers/{self.provider_id}?type={self.visit_type_id}&mode={self.mode}&from={date}"


class Installation:
    """One running `openvisit up`."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        command = [sys.executable, "-P", "-m", "openvisit.cli", "up", "--port", str(free_port())]
        clean = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
        self._process = subprocess.Popen(
            command,
            # Itself as a proxy: a journey that says X-Forwarded-For comes from far away.
            env={**clean, "OPENVISIT_DATA_DIR": str(data), "TRUSTED_PROXIES": "127.0.0.1", **CHEAP, **settings},
            cwd=data.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.address = self._wait_for_address()
        self._client = httpx.Client(verify=authorities(), base_url=self.address, timeout=20, trust_env=False)
        self._numbers = count(1)
        self._given: set[str] = set()

    def stop(self) -> None:
        """Stop it in order."""
        self._client.close()
        self._process.send_signal(signal.SIGTERM)
        assert self._process.stdout is not None
        self._process.stdout.read()
        self._process.stdout.close()
        self._process.wait()

    @property
    def pid(self) -> int:
        """The process that keeps the others running."""
        return self._process.pid

    def reachable(self) -> bool:
        """Whether the web server answers."""
        try:
            return self._client.get("/health/ready").is_success
        except httpx.HTTPError:
            return False

    def log(self, name: str) -> str:
        """The last of a service's log: "web" or "worker"."""
        return (self.data / "log" / f"{name}.log").read_text(errors="replace")[-4000:]

    def api(self, method: str, path: str, *, by: Account | None = None, expect: int | None = None, **more: Any) -> Any:
        """Call the API; its JSON answer. Anything but success, or `expect`, fails the test."""
        headers = {**more.pop("headers", {}), **({"Authorization": f"Bearer {by.token}"} if by else {})}
        answer = self._client.request(method, f"/api/{path}", headers=headers, **more)
        self._client.cookies.clear()  # each call speaks for itself
        good = answer.status_code == expect if expect else answer.is_success
        assert good, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def demo(self, who: str) -> Account:
        """One of the demo accounts: patient, provider, staff or admin."""
        return self._account("auth/login", {"email": f"{who}@demo.test", "password": DEMO_PASSWORD}, DEMO_PASSWORD)

    def signed_in(self, account: Account) -> dict[str, Any]:
        """What a browser keeps of somebody who signed in: the cookies, and the app's note that there is a session."""
        body = {"email": account.email, "password": account.password}
        with httpx.Client(verify=authorities(), base_url=self.address, trust_env=False) as client:
            cookies = list(client.post("/api/auth/login", json=body).raise_for_status().cookies.jar)
        note = {"name": "openvisit.signed-in", "value": "1"}
        usual = {"domain": "127.0.0.1", "httpOnly": True, "secure": False, "sameSite": "Strict", "expires": -1}
        return {
            "cookies": [{"name": c.name, "value": c.value, "path": c.path, **usual} for c in cookies],
            "origins": [{"origin": self.address, "localStorage": [note]}],
        }

    def new_patient(self, name: str = "Robin Ferngate", *, agreed: bool = True) -> Account:
        """A patient who registered just now, with an address of their own, and `agreed` to treatment and video."""
        email = self.new_address()
        body = {"email": email, "password": OWN_PASSWORD, "full_name": name, "time_zone": ZONE, "language": "en"}
        self.api("POST", "auth/register", json=body)
        patient = self._account("auth/verify", {"email": email, "code": self.mailed_code(email)}, OWN_PASSWORD)
        for clinic in self.api("GET", "clinics")["items"] if agreed else []:
            texts = self.api("GET", f"clinics/{clinic['id']}/consent-texts")["items"]
            body = {"clinic_id": clinic["id"], "agreed": [{"kind": t["kind"], "text": t["id"]} for t in texts[:2]]}
            self.api("POST", "consents", by=patient, json=body)
        return patient

    def new_address(self) -> str:
        """An e-mail address that nobody has used."""
        return f"person{next(self._numbers)}.{uuid4().hex[:6]}@example.org"

    def mailed_code(self, to: str) -> str:
        """The newest code of six digits mailed to an address."""
        found = eventually(lambda: re.search(r"\b\d{6}\b", self._text_to(to)), f"a code for {to}")
        return found[0]

    def mail(self, to: str, about: str) -> dict[str, Any]:
        """The newest mail to an address whose subject holds the words; waited for."""

        def newest() -> dict[str, Any] | None:
            return next((m for m in self._mails(to) if about.lower() in m["subject"].lower()), None)

        return eventually(newest, f"a mail about {about!r} to {to}")

    def calendar_of(self, mail: dict[str, Any]) -> str:
        """The text of a mail's calendar file, its folded lines joined."""
        (part,) = [part for part in mail["attachments"] if part["filename"].endswith(".ics")]
        return re.sub(r"\r?\n[ \t]", "", part["content"])

    def offer(self, mode: str = "telehealth", *, provider_id: str | None = None) -> Offer:
        """A provider no other journey was given (or that one), with at least six free times some days ahead."""
        listed = [{"id": provider_id}] if provider_id else self.api("GET", "providers", params={"limit": 50})["items"]
        for card in listed:
            if card["id"] in self._given and not provider_id:
                continue
            for kind in self.api("GET", f"providers/{card['id']}/visit-types")["items"]:
                if mode not in kind["modes"] or kind["approval_needed"]:
                    continue
                slots = self.slots(card["id"], kind["id"], mode)
                if len(slots) < 6:
                    continue
                self._given.add(card["id"])
                name = self.api("GET", f"providers/{card['id']}")["name"]
                return Offer(card["id"], name, kind["id"], kind["name"], mode, slots)
        raise AssertionError(f"no provider is free by {mode}")

    def slots(self, provider_id: str, visit_type_id: str, mode: str) -> list[dict[str, Any]]:
        """The free times of the week that begins in three days."""
        first = (datetime.now(UTC) + timedelta(days=3)).date()
        asked = {"visit_type_id": visit_type_id, "mode": mode, "from": str(first), "to": str(first + timedelta(days=6))}
        days = self.api("GET", f"providers/{provider_id}/slots", params={**asked, "time_zone": ZONE})["days"]
        return [slot for day in days for slot in day["slots"]]

    def book(self, patient: Account, offer: Offer, start: str) -> dict[str, Any]:
        """Book a time for a patient."""
        body = {
            "provider_id": offer.provider_id,
            "visit_type_id": offer.visit_type_id,
            "start": start,
            "mode": offer.mode,
            "reason": "A second opinion",
        }
        headers = {"Idempotency-Key": uuid4().hex}
        booked: dict[str, Any] = self.api("POST", "appointments", by=patient, json=body, headers=headers)
        return booked

    def app(
        self, redirect_uris: list[str], scopes: list[str], *, name: str = "Heart Diary", method: str = "none"
    ) -> dict[str, Any]:
        """An app that the demo clinic's admin registers; with its secret, where it uses one."""
        admin = self.demo("admin")
        body = {
            "clinic_id": self.api("GET", "me", by=admin)["clinic_roles"][0]["clinic_id"],
            "name": name,
            "auth_method": method,
            "scopes": scopes,
            "redirect_uris": redirect_uris,
        }
        made: dict[str, Any] = self.api("POST", "apps", by=admin, json=body)
        return made

    def _account(self, path: str, body: dict[str, str], password: str) -> Account:
        session = self.api("POST", path, json=body)
        user = session["user"]
        return Account(
            user["full_name"],
            user["email"],
            password,
            session["access_token"],
            user.get("patient_id"),
            user.get("provider_id"),
        )

    def _mails(self, to: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api("GET", f"dev/mail?to={quote(to)}")["items"]
        return found

    def _text_to(self, to: str) -> str:
        return next((mail["text"] for mail in self._mails(to)), "")

    def _wait_for_address(self) -> str:
        said = ""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        found = re.search(r"Open +(http://127\.0\.0\.1:\d+)", said)
        if found is None:
            self._process.wait()
            raise RuntimeError(f"`openvisit up` did not become ready:\n{said}")
        self._must_serve_the_app(found[1])
        return found[1]

    def _must_serve_the_app(self, address: str) -> None:
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
        try:
            connection.request("GET", "/")
            assert connection.getresponse().status == 200, "the web app is not built: run script/build"
        finally:
            connection.close()
