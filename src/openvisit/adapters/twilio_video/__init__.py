"""Twilio Video: https://www.twilio.com/docs/video/api/rooms-resource."""

from openvisit.adapters.twilio_video.rooms import TwilioRooms
from openvisit.adapters.twilio_video.tokens import VideoKey

__all__ = ["TwilioRooms", "VideoKey"]
