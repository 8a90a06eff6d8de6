"""One-tap links in messages: confirm, move or cancel a visit, or tell that one is late, without signing in.

    links.of_visit(vault.blind_index, appointment_id, person_id, public_url, now, {"cancel_link"})["cancel_link"]

A link does one thing with one visit for one person. It ends with the visit, with the visit's next move, and, where it
changes something for good, with its use.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from openvisit.platform.links import Keyed, Purpose, page, tokens

_LINKS: Mapping[str, Purpose] = {
    "confirm_link": "confirm",
    "reschedule_link": "reschedule",
    "cancel_link": "cancel",
    "late_link": "late",
    "rate_link": "rate",
}


def of_visit(
    keyed: Keyed, appointment_id: UUID, person_id: UUID, public_url: str, now: datetime, named: Collection[str]
) -> dict[str, str]:
    """Those of the links about a visit that a message has `named`: `confirm_link`, `reschedule_link`, `cancel_link`,
    `late_link`, and `rate_link`, by which the visit is rated (`telehealth.after`)."""
    wanted = {name: purpose for name, purpose in _LINKS.items() if name in named}
    made = tokens(keyed, list(wanted.values()), appointment_id, person_id, now) if wanted else []
    pairs = zip(wanted.items(), made, strict=True)
    return {name: page(public_url, purpose, text) for (name, purpose), text in pairs}
