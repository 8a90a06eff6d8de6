"""LiveKit, a media server (SFU) for groups, one's own or a hosted one (https://docs.livekit.io).

Tokens: https://docs.livekit.io/home/get-started/authentication. Rooms: https://docs.livekit.io/home/server/managing-rooms.
"""

from openvisit.adapters.livekit.rooms import LiveKitRooms

__all__ = ["LiveKitRooms"]
