"""Counters and timers for Prometheus. Labels are templates and codes, never ids or addresses."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

registry = CollectorRegistry()

requests = Counter(
    "openvisit_http_requests_total", "Requests answered", ["method", "route", "status"], registry=registry
)
latency = Histogram(
    "openvisit_http_request_seconds",
    "Time to answer",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=registry,
)
refusals = Counter(
    "openvisit_refusals_total", "Requests refused for who asked or how often", ["code"], registry=registry
)
bookings = Counter("openvisit_bookings_total", "Booking attempts by outcome", ["outcome"], registry=registry)
waitlist_offers = Counter(
    "openvisit_waitlist_offers_total", "Offers of the waitlist by what became of them", ["outcome"], registry=registry
)
reminders_due_unsent = Gauge(
    "openvisit_reminders_due_unsent", "Reminders due more than five minutes ago and not sent", registry=registry
)
live_sockets = Gauge("openvisit_live_sockets", "Open live connections", registry=registry)
room_sockets = Gauge("openvisit_room_sockets", "Sockets with a place in the room of a visit", registry=registry)
visits_open = Gauge("openvisit_visit_rooms_open", "Rooms of visits in which somebody is", registry=registry)
visits_waiting = Gauge("openvisit_visit_rooms_waiting", "People who wait to be let into a visit", registry=registry)
database_connections = Gauge(
    "openvisit_database_connections", "Pool of database connections", ["state"], registry=registry
)
dead_letters = Gauge("openvisit_dead_letters_waiting", "Events set aside that nobody has dealt with", registry=registry)
CONTENT_TYPE = "text/plain; version=0.0.4"  # the charset is added with the text


def exposition() -> bytes:
    """The metrics in Prometheus' text format."""
    return generate_latest(registry)
