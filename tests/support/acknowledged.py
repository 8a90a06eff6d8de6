"""Replaying what people were told about their visits against what the database holds."""

from collections.abc import Mapping
from itertools import pairwise
from uuid import UUID

from openvisit.core.appointment import MOVES, Status
from openvisit.platform.db import Connection, Row, fetch_all
from tests.support.storm import Acknowledged

_STEPS = {(before, after) for (_, before), after in MOVES.items()}


async def forgotten(
    connection: Connection, told: Mapping[UUID, set[Acknowledged]], *, every_answer_arrived: bool
) -> list[str]:
    """What somebody was told and is not so, in words; empty when every word was kept.

    When every answer arrived there is also nothing in the database that nobody was told.
    """
    rows = await fetch_all(connection, "SELECT id, version, status, starts_at FROM appointment")
    found = {row["id"]: row for row in rows}
    wrong = [f"{id_} is gone" for id_ in told.keys() - found.keys()]
    for id_ in told.keys() & found.keys():
        wrong += [f"{id_}: {what}" for what in _wrong(sorted(told[id_]), found[id_], every_answer_arrived)]
    if every_answer_arrived:
        wrong += [f"{id_} is there and nobody was told" for id_ in found.keys() - told.keys()]
    return wrong


def _wrong(told: list[Acknowledged], row: Row, every_answer_arrived: bool) -> list[str]:
    wrong = []
    for one, next_ in pairwise(told):
        if one.version == next_.version:
            wrong.append(f"two people were told of version {one.version}: {one} and {next_}")
        elif next_.version == one.version + 1 and (Status(one.status), Status(next_.status)) not in _STEPS:
            wrong.append(f"{one.status} became {next_.status}")
    last = told[-1]
    if row["version"] < last.version:
        wrong.append(f"told {last}, there is only version {row['version']}")
    if row["version"] == last.version and (row["status"], row["starts_at"]) != (last.status, last.start):
        wrong.append(f"told {last}, there is {row}")
    if every_answer_arrived and [one.version for one in told] != list(range(1, row["version"] + 1)):
        wrong.append(f"told versions {[one.version for one in told]}, there is version {row['version']}")
    return wrong
