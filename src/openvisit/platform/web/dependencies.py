"""Making the framework resolve our dependencies one after the other.

Litestar starts a task for each dependency of a handler. Ours are constants and two look-ups in the request's scope:
there is nothing to wait for, and starting eight tasks only to await them is work done for nothing.
"""

from litestar import Litestar


def resolve_in_turn(app: Litestar) -> Litestar:
    """Split every batch of dependencies that would be resolved by concurrent tasks into batches of one."""
    for route in app.routes:
        for entry in (getattr(route, "route_handler_map", None) or {}).values():
            model = entry[1]
            model.dependency_batches = [{one} for batch in model.dependency_batches for one in batch]
    return app
