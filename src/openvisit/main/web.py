"""The ASGI application: the API, the live socket, health, documentation and the web app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Litestar, Router, WebSocket, websocket
from litestar.datastructures import State
from litestar.handlers import WebsocketRouteHandler
from litestar.params import FromPath

from openvisit.features.access import api as access_api
from openvisit.features.audit import api as audit_api
from openvisit.features.availability import api as availability_api
from openvisit.features.booking import api as booking_api
from openvisit.features.booking import topics
from openvisit.features.booking.reading import api as reading_api
from openvisit.features.consent import api as consent_api
from openvisit.features.dead_letters import api as dead_letters_api
from openvisit.features.directory import api as directory_api
from openvisit.features.identity import api as identity_api
from openvisit.features.identity import passwords
from openvisit.features.identity.federation import api as federation_api
from openvisit.features.identity.federation.connected import api as connected_api
from openvisit.features.identity.oauth import api as oauth_api
from openvisit.features.notifications.devices import api as devices_api
from openvisit.features.notifications.links import api as links_api
from openvisit.features.notifications.preferences import api as preferences_api
from openvisit.features.notifications.reminders import api as reminders_api
from openvisit.features.notifications.templates import api as templates_api
from openvisit.features.notifications.webhooks import api as webhooks_api
from openvisit.features.privacy import api as privacy_api
from openvisit.features.telehealth.after import api as after_api
from openvisit.features.telehealth.after import api_moderation as ratings_api
from openvisit.features.telehealth.chat import api as chat_api
from openvisit.features.telehealth.chat import api_clinic as clinic_chat_api
from openvisit.features.telehealth.checks import api as checks_api
from openvisit.features.telehealth.devices import api as device_keys_api
from openvisit.features.telehealth.keys import api as keys_api
from openvisit.features.telehealth.platforms import api as platforms_api
from openvisit.features.telehealth.recording import api as recording_api
from openvisit.features.telehealth.rooms import api as rooms_api
from openvisit.features.telehealth.signalling.socket import RoomSocket
from openvisit.features.waitlist import api as waitlist_api
from openvisit.features.waitlist.away import api as away_api
from openvisit.features.waitlist.offers import api as offers_api
from openvisit.main.handed import Handed
from openvisit.main.parts import Parts, build
from openvisit.main.video import media_servers
from openvisit.platform import log
from openvisit.platform.background import alongside
from openvisit.platform.clock import Clock, system_clock
from openvisit.platform.web import dev_mail, docs, health, openapi
from openvisit.platform.web.access import from_own_pages, guard
from openvisit.platform.web.bodies import StrictRequest
from openvisit.platform.web.dependencies import resolve_in_turn
from openvisit.platform.web.edge import Edge
from openvisit.platform.web.limits import keep_exchanging
from openvisit.platform.web.live import LiveSocket
from openvisit.platform.web.pages import pages
from openvisit.platform.web.problems import EXCEPTION_HANDLERS
from openvisit.platform.web.security_txt import security_txt
from openvisit.settings import Settings, load

_POLICY_VIOLATION = 1008  # RFC 6455 section 7.4.1

API = (
    audit_api,
    identity_api,
    federation_api,
    connected_api,
    oauth_api,
    consent_api,
    directory_api,
    availability_api,
    booking_api,
    reading_api,
    waitlist_api,
    offers_api,
    away_api,
    access_api,
    templates_api,
    links_api,
    reminders_api,
    preferences_api,
    privacy_api,
    devices_api,
    checks_api,
    recording_api,
    device_keys_api,
    webhooks_api,
    dead_letters_api,
    platforms_api,
    rooms_api,
    keys_api,
    chat_api,
    clinic_chat_api,
    after_api,
    ratings_api,
)


def create_app(settings: Settings | None = None, clock: Clock = system_clock) -> Edge:
    """The ASGI application: the API, the live socket, health, documentation and the web app."""
    settings = settings or load()
    log.configure(settings.log_level, settings.log_format)
    return edge(litestar(build(settings, clock)), settings)


def edge(app: Litestar, settings: Settings) -> Edge:
    """The application inside its outermost layer."""
    return Edge(
        app,
        limit=app.state.address_limit,
        spared=app.state.spared,
        timeout_seconds=settings.request_timeout_seconds,
        production=not settings.development,
        trusted_proxies=frozenset(filter(None, map(str.strip, settings.trusted_proxies.split(",")))),
    )


def litestar(parts: Parts) -> Litestar:
    """The Litestar application without its edge."""
    settings = parts.settings
    handed = Handed(parts)
    app = Litestar(
        route_handlers=_routes(settings, handed),
        dependencies=handed.dependencies(),
        guards=[guard],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=openapi.config(),
        request_class=StrictRequest,
        lifespan=[_running],
        request_max_body_size=settings.max_body_bytes,
        state=State({"handed": handed, **handed.state}, deep_copy=False),
    )
    return resolve_in_turn(app)


def shape(settings: Settings) -> tuple[object, ...]:
    """What the routes of an application depend on; two applications of one shape differ in their parts alone."""
    return (
        settings.development,
        settings.max_body_bytes,
        settings.security_contact,
        settings.public_url,
        web_dist(settings),
    )


def rewire(app: Litestar, parts: Parts) -> None:
    """Put other parts into an application that rests: building one anew costs a hundred times as much."""
    handed: Handed = app.state.handed
    handed.put(parts)
    app.state.update(handed.state)


def _routes(settings: Settings, handed: Handed) -> list[Any]:
    api = [*(route for feature in API for route in feature.ROUTES), _live_socket(handed), _room_socket(handed)]
    return [
        Router("/api", route_handlers=api),
        *identity_api.ROOT_ROUTES,
        *oauth_api.ROOT_ROUTES,
        *templates_api.ROOT_ROUTES,
        *health.ROUTES,
        *docs.routes(_examples()),
        security_txt(settings.security_contact, settings.public_url),
        *(dev_mail.ROUTES if settings.development else ()),
        *pages(web_dist(settings), media_servers(settings)),
    ]


def _live_socket(handed: Handed) -> WebsocketRouteHandler:
    @websocket("/live", opt={"permission": "live:subscribe"})
    async def live_socket(socket: WebSocket[Any, Any, Any]) -> None:
        parts = handed.parts
        if from_own_pages(socket, parts.settings.public_url):
            await LiveSocket(socket, parts.live, socket.app.state.authenticator, topics.gate(parts.db)).run()
        else:
            await socket.close(code=_POLICY_VIOLATION)  # before it is accepted: the handshake is answered 403

    return live_socket


def _room_socket(handed: Handed) -> WebsocketRouteHandler:
    @websocket("/telehealth/rooms/{room_id:uuid}/socket", opt={"permission": "visit-room:by-link"})
    async def room_socket(socket: WebSocket[Any, Any, Any], room_id: FromPath[UUID]) -> None:
        parts = handed.parts
        if from_own_pages(socket, parts.settings.public_url):
            await RoomSocket(socket, parts.rooms, socket.app.state.authenticator, room_id).run()
        else:
            await socket.close(code=_POLICY_VIOLATION)  # before it is accepted: the handshake is answered 403

    return room_socket


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    parts: Parts = app.state.handed.parts
    settings = parts.settings
    limits = (app.state.address_limit, app.state.person_limit)
    passwords.configure(memory_kib=settings.argon2_memory_kib, passes=settings.argon2_passes)
    await parts.db.open()
    await parts.vault.start()
    await parts.live.start()
    await parts.tokens.start(parts.live)
    await parts.oauth.tokens.start(parts.live)
    await parts.rooms.start(app.state.authenticator)
    exchanging = alongside(keep_exchanging(parts.db, parts.vault, *limits))
    try:
        async with parts.vault.following(parts.live), exchanging:
            yield
    finally:
        await parts.rooms.stop()
        await parts.oauth.tokens.stop()
        await parts.tokens.stop()
        await parts.live.stop()
        for rooms in parts.video_rooms.values():
            await rooms.close()
        await parts.db.close()


def web_dist(settings: Settings) -> Path:
    """Where the built web app is: the setting, or `web/dist` of the checkout that the package runs from."""
    if settings.web_dist:
        return Path(settings.web_dist)
    return Path(__file__).resolve().parents[3] / "web" / "dist"


def openapi_document() -> dict[str, Any]:
    """The API's description; needs no database."""
    return openapi.document(litestar(build(Settings(database_url="postgresql:///openvisit"))), _examples())


def _examples() -> dict[str, Any]:
    examples: dict[str, Any] = {**health.EXAMPLES, **dev_mail.EXAMPLES}
    for feature in API:
        examples |= feature.EXAMPLES
    return examples
