"""Rooms of visits by video: the links into them, who waits, who is in."""
