"""Whether news is still so when it is its turn: nobody is told of a booking that has been cancelled meanwhile."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from openvisit.features.notifications.news import offer, proposal
from openvisit.platform.db import Connection, Row

_TRUE_WHILE: Mapping[str, frozenset[str]] = {
    "requested": frozenset({"requested"}),
    "declined": frozenset({"cancelled"}),
    "cancelled": frozenset({"cancelled"}),
}


async def look_up(connection: Connection, rows: Sequence[Row]) -> None:
    """Put what news is about beside it, in `about`: the offer or the proposal as it is now, else None."""
    about: dict[UUID, Row] = {}
    for kind, read in ((offer.KIND, offer.read), (proposal.KIND, proposal.read)):
        if ids := {row["subject_id"] for row in rows if row["kind"] == kind}:
            about |= await read(connection, ids)
    for row in rows:
        row["about"] = about.get(row["subject_id"])


def stands(row: Row) -> bool:
    """Whether the news is so; of a time that is offered or proposed, whether the answer is still open."""
    about = row["about"]
    if row["kind"] == offer.KIND:
        return about is not None and about["status"] == "open"
    status = row["visit_status"]
    if row["kind"] == proposal.KIND:
        open_ = about is not None and about["status"] == "open"
        return open_ and row["visit_start"] == row["starts_at"] and status != "cancelled"
    if status is None:
        return False
    what = row["kind"].removeprefix("appointment_").rpartition("_")[0]
    return bool(status in _TRUE_WHILE[what] if what in _TRUE_WHILE else status != "cancelled")
