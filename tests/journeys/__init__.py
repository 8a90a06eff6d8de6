"""Whole journeys: a real browser, the built web app, and an installation as `openvisit up` starts it."""
