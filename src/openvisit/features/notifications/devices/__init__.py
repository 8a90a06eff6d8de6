"""Browsers and devices that take push messages for a person."""
