"""Twilio Video: https://www.twilio.com/docs/video/api/rooms-resource."""

from openvisit.adapters.twilio_video.rooms import SIGNALLING, TwilioRooms
from openvisit.adapters.twilio_video.tokens import VideoKey

__all__ = ["SIGNALLING", "TwilioRooms", "VideoKey"]
