"""What request handlers are given: by name in their signatures, and in the application's state."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from litestar import Request
from litestar.di import Provide

from openvisit.core.errors import Unavailable
from openvisit.core.permissions import Actor
from openvisit.features.access.emergencies import EmergencyRules
from openvisit.features.identity import cookies
from openvisit.features.identity.factors.challenges import relying_party
from openvisit.features.identity.factors.resets import ResetRules
from openvisit.features.identity.oauth.access import Authenticator
from openvisit.features.identity.origins import Origin, Places
from openvisit.features.identity.rules import SignInRules
from openvisit.features.notifications.reminders.queries import due_unsent
from openvisit.features.telehealth.devices.ice import Ways
from openvisit.features.telehealth.rooms.members import Members
from openvisit.features.telehealth.signalling.presence import counted
from openvisit.main.parts import Parts
from openvisit.platform import metrics
from openvisit.platform.data_folder import data_folder
from openvisit.platform.db import Database
from openvisit.platform.mail_store import MailStore
from openvisit.platform.pipeline import dead_letters
from openvisit.platform.web.access import provide_actor, provide_caller
from openvisit.platform.web.bot_defence import BotDefence
from openvisit.platform.web.edge import is_loopback
from openvisit.platform.web.health import DATABASE_SECONDS, Measured
from openvisit.platform.web.limits import CallerLimit
from openvisit.settings import Settings, listed


class Handed:
    """The parts behind an application's handlers. An application that rests can be handed others."""

    parts: Parts
    origin: Callable[[Request[Any, Any, Any]], Origin]
    named: dict[str, Any]
    state: dict[str, Any]

    def __init__(self, parts: Parts) -> None:
        self.put(parts)

    def put(self, parts: Parts) -> None:
        """Hand these parts from now on."""
        self.parts = parts
        self.origin = _origin(parts)
        self.named = _named(parts)
        self.state = _state(parts)

    def dependencies(self) -> dict[str, Provide]:
        """What handlers may name in their signatures."""
        return {
            **{name: self._given(name) for name in self.named},
            "now": Provide(lambda: self.parts.clock(), sync_to_thread=False),
            "actor": Provide(provide_actor, sync_to_thread=False),
            "caller": Provide(provide_caller, sync_to_thread=False),
            "origin": Provide(self._origin, sync_to_thread=False),
            "calling_from": Provide(_calling_from, sync_to_thread=False),
        }

    def _given(self, name: str) -> Provide:
        return Provide(lambda: self.named[name], sync_to_thread=False)

    def _origin(self, request: Request[Any, Any, Any]) -> Origin:
        return self.origin(request)


def _calling_from(request: Request[Any, Any, Any]) -> str:
    """The caller's address, as the edge found it."""
    return str(request.scope.get("client_address") or "unknown")


def _named(parts: Parts) -> dict[str, Any]:
    settings = parts.settings
    return {
        "db": parts.db,
        "vault": parts.vault,
        "live": parts.live,
        "tokens": parts.tokens,
        "federation": parts.federation,
        "oauth": parts.oauth,
        "subscriptions": parts.subscriptions,
        "waitlist": parts.waitlist,
        "rooms": parts.rooms,
        "members": Members(parts.db, parts.vault, parts.tokens),
        "measured": _measured(parts.db),
        "vendor_hooks": parts.vendor_hooks,
        "video_rooms": parts.video_rooms,
        "call_ways": _ways(settings),
        "public_url": settings.public_url,
        "horizon_days": settings.horizon_days,
        "hold_minutes": settings.hold_minutes,
        "emergency_rules": EmergencyRules(settings.emergency_minutes, settings.emergency_records_per_day),
        "holds_per_person": settings.holds_per_person,
        "sign_in_rules": _sign_in_rules(settings),
        "step_up_span": timedelta(minutes=settings.step_up_minutes),
        "reset_rules": ResetRules(timedelta(hours=settings.factor_reset_delay_hours)),
        "relying_party": relying_party(settings.public_url),
        "caught_mail": MailStore(data_folder(settings.openvisit_data_dir) / "mail"),
    }


def _ways(settings: Settings) -> Ways:
    return Ways(
        listed(settings.stun_urls), listed(settings.turn_urls), settings.turn_secret, settings.ice_transport_policy
    )


def _measured(db: Database) -> Measured:
    """What a scrape counts in the database; not a number when the database does not answer."""

    async def measure(now: datetime) -> None:
        found = waiting = visits = knocking = float("nan")
        with suppress(Unavailable, TimeoutError):
            async with (
                asyncio.timeout(DATABASE_SECONDS),
                db.connection(as_system="a number for the alarm") as connection,
            ):
                found = await due_unsent(connection, now)
                waiting = await dead_letters.waiting(connection)
                visits, knocking = await counted(connection)
        metrics.reminders_due_unsent.set(found)
        metrics.dead_letters.set(waiting)
        metrics.visits_open.set(visits)
        metrics.visits_waiting.set(knocking)

    return measure


def _state(parts: Parts) -> dict[str, Any]:
    settings = parts.settings
    return {
        "authenticator": Authenticator(parts.tokens, parts.oauth.tokens),
        "fresh": _fresh(parts),
        "clock": parts.clock,
        "address_limit": CallerLimit("address", settings.rate_limit_per_minute, parts.clock),
        "person_limit": CallerLimit("person", settings.person_rate_limit_per_minute, parts.clock),
        "bot_defence": BotDefence(parts.db, parts.vault, settings.bot_defence),
        "spared": lambda address: settings.development and is_loopback(address),
    }


def _origin(parts: Parts) -> Callable[[Request[Any, Any, Any]], Origin]:
    """Where a sign-in comes from."""
    places = Places(parts.settings.geoip_database)
    secure = parts.settings.public_url.startswith("https://")
    device, refresh = cookies.device(secure), cookies.refresh(secure)

    def origin(request: Request[Any, Any, Any]) -> Origin:
        address = request.scope.get("client_address") or (request.client.host if request.client else "")
        told = request.headers.get("user-agent", "")
        told_by = request.cookies
        return Origin(told, str(address), told_by.get(device), parts.vault, places, told_by.get(refresh))

    return origin


def _fresh(parts: Parts) -> Callable[[Actor], bool]:
    span = timedelta(minutes=parts.settings.step_up_minutes)
    return lambda actor: actor.proved_within(span, parts.clock())


def _sign_in_rules(settings: Settings) -> SignInRules:
    def limit_for(address: str) -> int:
        spared = settings.development and is_loopback(address)
        return 0 if spared else settings.sign_in_limit_per_minute

    return SignInRules(limit_for, settings.refresh_token_days, settings.public_url.startswith("https://"))
