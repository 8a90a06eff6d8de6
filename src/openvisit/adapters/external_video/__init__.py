"""A platform that a clinic names by its address alone: a provider's own room, or a server of Jitsi's kind."""

from openvisit.adapters.external_video.rooms import ExternalRooms

__all__ = ["ExternalRooms"]
