"""SMS by Bird (once MessageBird), and its signed webhooks."""

from openvisit.adapters.bird.hooks import BirdHooks
from openvisit.adapters.bird.sender import BirdSender

__all__ = ["BirdHooks", "BirdSender"]
