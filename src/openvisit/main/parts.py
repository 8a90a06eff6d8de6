"""The parts that settings come to: what commands and jobs take in their signatures."""

from dataclasses import dataclass
from datetime import timedelta

from openvisit.adapters.master_keys import vault_of
from openvisit.features.identity.federation import providers as federation_providers
from openvisit.features.identity.federation.commands import Federation
from openvisit.features.identity.lives import Lives
from openvisit.features.identity.oauth.access import AppTokens
from openvisit.features.identity.oauth.published_keys import PublishedKeys
from openvisit.features.identity.oauth.service import OAuthServer
from openvisit.features.identity.tokens import TokenService
from openvisit.features.notifications.webhooks.commands import VendorHooks
from openvisit.features.telehealth.platforms.choosing import Rooms
from openvisit.features.telehealth.recording.consents import arrived as recording_arrived
from openvisit.features.telehealth.signalling.entering import Door
from openvisit.features.telehealth.signalling.hub import Hub
from openvisit.features.waitlist.offering import List as Waitlist
from openvisit.main import channels, events, video
from openvisit.platform.clock import Clock, system_clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.events import Subscriptions
from openvisit.platform.outgoing import Outgoing, parse_networks
from openvisit.platform.realtime import Live
from openvisit.settings import Settings, SettingsError


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
    waitlist: Waitlist
    vendor_hooks: VendorHooks
    video_rooms: Rooms
    rooms: Hub


def build(settings: Settings, clock: Clock = system_clock) -> Parts:
    """Build the parts; nothing is opened yet."""
    db = Database(settings.database_url, size=settings.database_pool_size)
    vault = vault_of(settings)
    subscriptions = events.subscriptions(settings)
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
    tokens.follow(oauth.tokens.forget)
    waitlist = Waitlist(db, vault, live, subscriptions)
    vendor_hooks = VendorHooks(channels.hooks(settings, federation.outgoing))
    return Parts(
        settings,
        clock,
        db,
        vault,
        live,
        tokens,
        oauth,
        subscriptions,
        federation,
        waitlist,
        vendor_hooks,
        video.rooms(settings),
        Hub(Door(db, vault, subscriptions, [recording_arrived]), live, clock),
    )


def _oauth(settings: Settings, clock: Clock, db: Database, vault: Vault, outgoing: Outgoing) -> OAuthServer:
    issuer = settings.public_url.rstrip("/")
    tokens = AppTokens(db, vault, clock, issuer=issuer, minutes=settings.access_token_minutes)
    return OAuthServer(db, vault, tokens, PublishedKeys(outgoing), settings.refresh_token_days)


def _lives(settings: Settings) -> Lives:
    return Lives(
        idle=timedelta(days=settings.session_idle_days),
        idle_at_clinic=timedelta(minutes=settings.session_idle_minutes_at_clinic),
        absolute=timedelta(days=settings.session_absolute_days),
        absolute_at_clinic=timedelta(days=settings.session_absolute_days_at_clinic),
    )


def _federation(settings: Settings) -> Federation:
    try:
        providers = federation_providers.parse(settings.oidc_providers)
        networks = parse_networks(settings.outgoing_networks)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    outgoing = Outgoing(allowed=networks, development=settings.development)
    return Federation(providers, outgoing, settings.public_url)
