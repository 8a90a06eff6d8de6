"""The platforms for video visits whose credentials are set."""

from urllib.parse import urlsplit

from openvisit.adapters.external_video import ExternalRooms
from openvisit.adapters.livekit import LiveKitRooms
from openvisit.adapters.livekit.tokens import ApiKey
from openvisit.adapters.teams import TeamsRooms, TeamsTenant
from openvisit.adapters.twilio_video import SIGNALLING, TwilioRooms, VideoKey
from openvisit.adapters.zoom import ZoomAccount, ZoomRooms
from openvisit.features.telehealth.platforms.built_in import BuiltIn
from openvisit.features.telehealth.platforms.choosing import Rooms
from openvisit.features.telehealth.platforms.ports import VideoRooms
from openvisit.settings import Settings


def rooms(settings: Settings) -> Rooms:
    """Every platform that can be used; nothing is opened yet."""
    found: list[VideoRooms] = [BuiltIn(), ExternalRooms()]
    if settings.livekit_url:
        key = ApiKey(settings.livekit_api_key, settings.livekit_api_secret)
        found.append(LiveKitRooms(settings.livekit_url, key))
    if settings.twilio_video_key:
        video_key = VideoKey(settings.twilio_account_sid, settings.twilio_video_key, settings.twilio_video_secret)
        found.append(TwilioRooms(video_key, settings.twilio_video_url))
    if settings.zoom_account_id:
        found.append(ZoomRooms(_zoom(settings)))
    if settings.teams_tenant_id:
        found.append(TeamsRooms(_teams(settings)))
    return Rooms({one.platform: one for one in found})


def media_servers(settings: Settings) -> list[str]:
    """The origins that browsers talk to in visits at a media server: its socket, and LiveKit's answers over HTTP."""
    found = []
    if settings.livekit_url:
        parts = urlsplit(settings.livekit_url)
        schemes = (parts.scheme, {"ws": "http"}.get(parts.scheme, "https"))
        found += [f"{scheme}://{parts.netloc}" for scheme in schemes]
    if settings.twilio_video_key:
        found.append(SIGNALLING)
    return found


def _zoom(settings: Settings) -> ZoomAccount:
    return ZoomAccount(
        settings.zoom_account_id,
        settings.zoom_client_id,
        settings.zoom_client_secret,
        settings.zoom_host,
        settings.zoom_url,
        settings.zoom_sign_in_url,
    )


def _teams(settings: Settings) -> TeamsTenant:
    return TeamsTenant(
        settings.teams_tenant_id,
        settings.teams_client_id,
        settings.teams_client_secret,
        settings.teams_host,
        settings.teams_url,
        settings.teams_sign_in_url,
    )
