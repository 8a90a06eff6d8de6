"""OpenVisit: an open telehealth appointment platform."""

__version__ = "0.1.0"
