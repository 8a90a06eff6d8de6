"""Zoom meetings, by a server-to-server OAuth app (https://developers.zoom.us/docs/internal-apps/s2s-oauth).

The app needs the scopes to read, write and delete the meetings of the users who hold visits.
"""

from openvisit.adapters.zoom.account import ZoomAccount
from openvisit.adapters.zoom.rooms import ZoomRooms

__all__ = ["ZoomAccount", "ZoomRooms"]
