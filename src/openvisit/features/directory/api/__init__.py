"""HTTP: the directory. `ROUTES` are its addresses, `EXAMPLES` what its messages look like."""

from typing import Any

from openvisit.features.directory.api import clinics, devices, locations, providers, rooms, search, visit_types
from openvisit.features.directory.api.examples import EXAMPLES

ROUTES: list[Any] = [
    *search.ROUTES,
    *providers.ROUTES,
    *visit_types.ROUTES,
    *clinics.ROUTES,
    *locations.ROUTES,
    *rooms.ROUTES,
    *devices.ROUTES,
]

__all__ = ["EXAMPLES", "ROUTES"]
