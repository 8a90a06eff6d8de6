"""The composition root: settings become adapters, features, and one ASGI application or one worker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import procrastinate
from litestar import Litestar, Request, Router, WebSocket, websocket
from litestar.datastructures import State
from litestar.di import Provide

from openvisit.adapters import mail as mail_adapters
from openvisit.adapters.master_keys import vault_of
from openvisit.core.permissions import Actor
from openvisit.features.access import api as access_api
from openvisit.features.access import jobs as access_jobs
from openvisit.features.access.emergencies import EmergencyRules
from openvisit.features.audit import api as audit_api
from openvisit.features.audit import jobs as audit_jobs
from openvisit.features.availability import api as availability_api
from openvisit.features.availability import jobs as availability_jobs
from openvisit.features.booking import api as booking_api
from openvisit.features.booking import jobs as booking_jobs
from openvisit.features.booking import topics
from openvisit.features.consent import api as consent_api
from openvisit.features.directory import api as directory_api
from openvisit.features.identity import api as identity_api
from openvisit.features.identity import cookies, passwords
from openvisit.features.identity import jobs as identity_jobs
from openvisit.features.identity.factors.challenges import relying_party
from openvisit.features.identity.factors.resets import ResetRules
from openvisit.features.identity.federation import api as federation_api
from openvisit.features.identity.federation import jobs as federation_jobs
from openvisit.features.identity.federation import providers as federation_providers
from openvisit.features.identity.federation.commands import Federation
from openvisit.features.identity.lives import Lives
from openvisit.features.identity.oauth import api as oauth_api
from openvisit.features.identity.oauth.access import AppTokens, Authenticator
from openvisit.features.identity.oauth.published_keys import PublishedKeys
from openvisit.features.identity.oauth.service import OAuthServer
from openvisit.features.identity.origins import Origin, Places
from openvisit.features.identity.rules import SignInRules
from openvisit.features.identity.tokens import TokenService
from openvisit.features.notifications import jobs as notification_jobs
from openvisit.features.privacy import api as privacy_api
from openvisit.features.privacy import jobs as privacy_jobs
from openvisit.platform import jobs, log, rate_limits, stalled_jobs
from openvisit.platform.clock import Clock, system_clock
from openvisit.platform.crypto import Vault
from openvisit.platform.data_folder import data_folder, key_file
from openvisit.platform.db import Database
from openvisit.platform.events import Subscriptions
from openvisit.platform.keyring import jobs as keyring_jobs
from openvisit.platform.outgoing import Outgoing, parse_networks
from openvisit.platform.principal import SYSTEM, become
from openvisit.platform.realtime import Live
from openvisit.platform.web import dev_mail, docs, health, openapi
from openvisit.platform.web.access import from_own_pages, guard, provide_actor, provide_caller
from openvisit.platform.web.bodies import StrictRequest
from openvisit.platform.web.bot_defence import BotDefence
from openvisit.platform.web.dependencies import resolve_in_turn
from openvisit.platform.web.edge import Edge, is_loopback
from openvisit.platform.web.limits import CallerLimit, keep_exchanging
from openvisit.platform.web.live import LiveSocket
from openvisit.platform.web.pages import pages
from openvisit.platform.web.problems import EXCEPTION_HANDLERS
from openvisit.platform.web.security_txt import security_txt
from openvisit.settings import Settings, SettingsError, load

_POLICY_VIOLATION = 1008  # RFC 6455 section 7.4.1

API = (
    audit_api,
    identity_api,
    federation_api,
    oauth_api,
    consent_api,
    directory_api,
    availability_api,
    booking_api,
    access_api,
    privacy_api,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the settings come to: the things that commands and jobs take in their signatures."""

    settings: Settings
    clock: Clock
    db: Database
    vault: Vault
    live: Live
    tokens: TokenService
    oauth: OAuthServer
    subscriptions: Subscriptions
    federation: Federation


def build(settings: Settings, clock: Clock = system_clock) -> Parts:
    """Build the parts; nothing is opened yet."""
    db = Database(settings.database_url, size=settings.database_pool_size)
    vault = vault_of(settings)
    subscriptions = Subscriptions()
    notification_jobs.subscribe(subscriptions)
    tokens = TokenService(
        db,
        vault,
        clock,
        issuer=settings.public_url,
        minutes=settings.access_token_minutes,
        lives=_lives(settings),
    )
    live = Live(settings.database_url)
    federation = _federation(settings)
    oauth = _oauth(settings, clock, db, vault, federation.outgoing)
    return Parts(settings, clock, db, vault, live, tokens, oauth, subscriptions, federation)


def _oauth(settings: Settings, clock: Clock, db: Database, vault: Vault, outgoing: Outgoing) -> OAuthServer:
    issuer = settings.public_url.rstrip("/")
    tokens = AppTokens(db, vault, clock, issuer=issuer, minutes=settings.access_token_minutes)
    return OAuthServer(db, vault, tokens, PublishedKeys(outgoing), settings.refresh_token_days)


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
    gate = topics.gate(parts.db)
    address_limit = CallerLimit("address", settings.rate_limit_per_minute, parts.clock)
    person_limit = CallerLimit("person", settings.person_rate_limit_per_minute, parts.clock)

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncIterator[None]:
        passwords.configure(memory_kib=settings.argon2_memory_kib, passes=settings.argon2_passes)
        await parts.db.open()
        await parts.vault.start()
        await parts.live.start()
        await parts.tokens.start(parts.live)
        await parts.oauth.tokens.start(parts.live)
        exchange = asyncio.create_task(keep_exchanging(parts.db, parts.vault, address_limit, person_limit))
        try:
            async with parts.vault.following(parts.live):
                yield
        finally:
            exchange.cancel()
            await asyncio.gather(exchange, return_exceptions=True)
            await parts.oauth.tokens.stop()
            await parts.tokens.stop()
            await parts.live.stop()
            await parts.db.close()

    @websocket("/live", opt={"permission": "live:subscribe"})
    async def live_socket(socket: WebSocket[Any, Any, Any]) -> None:
        if from_own_pages(socket, settings.public_url):
            await LiveSocket(socket, parts.live, parts.tokens, gate).run()
        else:
            await socket.close(code=_POLICY_VIOLATION)  # before it is accepted: the handshake is answered 403

    api = Router("/api", route_handlers=[*(route for feature in API for route in feature.ROUTES), live_socket])
    root: list[Any] = [
        api,
        *identity_api.ROOT_ROUTES,
        *oauth_api.ROOT_ROUTES,
        *health.ROUTES,
        *docs.routes(_examples()),
    ]
    root.append(security_txt(settings.security_contact, settings.public_url))
    if settings.development:
        root += dev_mail.dev_routes(data_folder(settings.openvisit_data_dir))
    app = Litestar(
        route_handlers=[*root, *pages(web_dist(settings))],
        dependencies=_dependencies(parts),
        guards=[guard],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=openapi.config(),
        request_class=StrictRequest,
        lifespan=[running],
        request_max_body_size=settings.max_body_bytes,
        state=State(
            {
                "authenticator": Authenticator(parts.tokens, parts.oauth.tokens),
                "fresh": _fresh(parts),
                "clock": parts.clock,
                "address_limit": address_limit,
                "person_limit": person_limit,
                "bot_defence": BotDefence(parts.db, parts.vault, settings.bot_defence),
                "spared": lambda address: settings.development and is_loopback(address),
            }
        ),
    )
    return resolve_in_turn(app)


@asynccontextmanager
async def worker(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[procrastinate.App]:
    """The job application with every feature's tasks, opened; run it with `run_worker_async`."""
    become(SYSTEM)
    parts = build(settings, clock)
    db, vault = parts.db, parts.vault
    mailer = mail_adapters.from_settings(settings.smtp_url, settings.mail_from)
    app = jobs.create_app(db)
    url = settings.public_url
    keys = key_file(settings.keyring_file, settings.openvisit_data_dir)
    blueprints = {
        "jobs": stalled_jobs.blueprint(),
        "keyring": keyring_jobs.blueprint(vault=vault, clock=clock, path=keys),
        "limits": rate_limits.blueprint(db, clock),
        "audit": audit_jobs.blueprint(db=db, vault=vault, clock=clock),
        "identity": identity_jobs.blueprint(db=db, vault=vault, mailer=mailer, clock=clock, public_url=url),
        "federation": federation_jobs.blueprint(db=db, vault=vault, mailer=mailer, clock=clock, public_url=url),
        "availability": availability_jobs.blueprint(db=db, clock=clock, horizon_days=settings.horizon_days),
        "booking": booking_jobs.blueprint(db=db, clock=clock),
        "access": access_jobs.blueprint(db=db, vault=vault, mailer=mailer, clock=clock, public_url=url),
        "privacy": privacy_jobs.blueprint(
            db=db,
            vault=vault,
            live=parts.live,
            subscriptions=parts.subscriptions,
            mailer=mailer,
            clock=clock,
            public_url=url,
        ),
        "notifications": notification_jobs.blueprint(db=db, vault=vault, mailer=mailer, clock=clock, public_url=url),
    }
    for name, blueprint in blueprints.items():
        app.add_tasks_from(blueprint, namespace=name)
    await db.open()
    await vault.start()
    await parts.live.start()
    try:
        async with (
            app.open_async(),
            vault.following(parts.live),
            availability_jobs.keeping_next_free(db, parts.live, clock),
            booking_jobs.sweeping_holds(db, parts.live, clock),
        ):
            yield app
    finally:
        await parts.live.stop()
        await db.close()


def web_dist(settings: Settings) -> Path:
    """Where the built web app is: the setting, or `web/dist` of the checkout that the package runs from."""
    if settings.web_dist:
        return Path(settings.web_dist)
    return Path(__file__).resolve().parents[2] / "web" / "dist"


def _dependencies(parts: Parts) -> dict[str, Provide]:
    """What handlers may name in their signatures."""
    settings = parts.settings

    def given(value: Any) -> Provide:
        return Provide(lambda: value, sync_to_thread=False)

    return {
        "db": given(parts.db),
        "vault": given(parts.vault),
        "live": given(parts.live),
        "tokens": given(parts.tokens),
        "federation": given(parts.federation),
        "oauth": given(parts.oauth),
        "subscriptions": given(parts.subscriptions),
        "now": Provide(parts.clock, sync_to_thread=False),
        "actor": Provide(provide_actor, sync_to_thread=False),
        "caller": Provide(provide_caller, sync_to_thread=False),
        "public_url": given(settings.public_url),
        "horizon_days": given(settings.horizon_days),
        "hold_minutes": given(settings.hold_minutes),
        "emergency_rules": given(EmergencyRules(settings.emergency_minutes, settings.emergency_records_per_day)),
        "holds_per_person": given(settings.holds_per_person),
        "sign_in_rules": given(_sign_in_rules(settings)),
        "origin": Provide(_origin(parts), sync_to_thread=False),
        "step_up_span": given(timedelta(minutes=settings.step_up_minutes)),
        "reset_rules": given(ResetRules(timedelta(hours=settings.factor_reset_delay_hours))),
        "relying_party": given(relying_party(settings.public_url)),
    }


def _origin(parts: Parts) -> Callable[[Request[Any, Any, Any]], Origin]:
    """Dependency `origin`: where a sign-in comes from."""
    places = Places(parts.settings.geoip_database)
    name = cookies.device(parts.settings.public_url.startswith("https://"))

    def origin(request: Request[Any, Any, Any]) -> Origin:
        address = request.scope.get("client_address") or (request.client.host if request.client else "")
        told = request.headers.get("user-agent", "")
        return Origin(told, str(address), request.cookies.get(name), parts.vault, places)

    return origin


def _lives(settings: Settings) -> Lives:
    return Lives(
        idle=timedelta(days=settings.session_idle_days),
        idle_at_clinic=timedelta(minutes=settings.session_idle_minutes_at_clinic),
        absolute=timedelta(days=settings.session_absolute_days),
        absolute_at_clinic=timedelta(days=settings.session_absolute_days_at_clinic),
    )


def _fresh(parts: Parts) -> Callable[[Actor], bool]:
    span = timedelta(minutes=parts.settings.step_up_minutes)
    return lambda actor: actor.proved_within(span, parts.clock())


def _federation(settings: Settings) -> Federation:
    try:
        providers = federation_providers.parse(settings.oidc_providers)
        networks = parse_networks(settings.outgoing_networks)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    outgoing = Outgoing(allowed=networks, development=settings.development)
    return Federation(providers, outgoing, settings.public_url)


def _sign_in_rules(settings: Settings) -> SignInRules:
    def limit_for(address: str) -> int:
        spared = settings.development and is_loopback(address)
        return 0 if spared else settings.sign_in_limit_per_minute

    return SignInRules(limit_for, settings.refresh_token_days, settings.public_url.startswith("https://"))


def openapi_document() -> dict[str, Any]:
    """The API's description; needs no database."""
    return openapi.document(litestar(build(Settings(database_url="postgresql:///openvisit"))), _examples())


def _examples() -> dict[str, Any]:
    examples: dict[str, Any] = {**health.EXAMPLES, **dev_mail.EXAMPLES}
    for feature in API:
        examples |= feature.EXAMPLES
    return examples
