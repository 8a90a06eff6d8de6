"""The list of providers: by soonest free start, or by name.

The order by soonest free start is read off the index on `next_free.first_start`, so that the first twenty of a
thousand providers cost little more than twenty. Only a provider's default visit type counts. A row whose first start
has gone by since it was last refreshed is put in its place by its next start; there are few of those at any moment.
Providers without a free start come last, by name.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from openvisit.core.permissions import Actor
from openvisit.features.directory import paging
from openvisit.features.directory.queries.provider_cards import CARDS, card
from openvisit.features.directory.queries.provider_filters import Wanted, conditions, folded
from openvisit.features.directory.wire.providers import ProviderPage
from openvisit.platform.db import Connection, Database, Row, fetch_all

Sort = Literal["next_free", "name"]
_Instant = Annotated[datetime, Meta(tz=True)]
_Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class Free(msgspec.Struct, array_like=True, tag="free"):
    """After the provider with this soonest start; `as_of` is when the first page was read, so that the order stays."""

    as_of: _Instant
    soonest: _Instant
    id: _Id


class Rest(msgspec.Struct, array_like=True, tag="rest"):
    """Among the providers with no free start, after this name and id."""

    as_of: _Instant
    name: paging.CursorText
    id: _Id


async def search_providers(
    db: Database,
    caller: Actor | None,
    wanted: Wanted,
    *,
    sort: Sort,
    cursor: str | None,
    limit: int,
    now: datetime,
    language: str,
) -> ProviderPage:
    """One page of the providers that the search is about; `language` names their specialties.

    Errors: Invalid for a foreign cursor.
    """
    filters, values = conditions(wanted, caller)
    values |= {"now": now, "mode": wanted.mode}
    async with db.connection() as connection:
        if sort == "name":
            rows, following = await _by_name(connection, filters, values, cursor, limit)
        else:
            rows, following = await _by_next_free(connection, filters, values, cursor, limit, now)
    return ProviderPage([card(row, language) for row in rows], paging.write(following) if following else None)


async def _by_name(
    connection: Connection, filters: Sequence[str], values: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[Row], msgspec.Struct | None]:
    after: paging.ByName | None = paging.read(cursor, paging.ByName) if cursor else None
    rows = await _names(connection, filters, values, after, limit + 1)
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], paging.ByName(last["sort_name"], str(last["id"]))


async def _by_next_free(
    connection: Connection,
    filters: Sequence[str],
    values: dict[str, Any],
    cursor: str | None,
    limit: int,
    now: datetime,
) -> tuple[list[Row], msgspec.Struct | None]:
    after: Free | Rest | None = paging.read(cursor, Free | Rest) if cursor else None
    as_of = after.as_of if after else now
    values = {**values, "as_of": as_of}
    rows: list[Row] = []
    if not isinstance(after, Rest):
        rows = await _soonest(connection, filters, values, after, limit + 1)
    if len(rows) <= limit:
        begun = after if isinstance(after, Rest) else None
        rest = [*filters, _nothing_free(values["mode"])]
        rows += await _names(connection, rest, values, begun, limit + 1 - len(rows))
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    if last["soonest"] is not None:
        return rows[:limit], Free(as_of, last["soonest"], str(last["id"]))
    return rows[:limit], Rest(as_of, last["sort_name"], str(last["id"]))


async def _names(
    connection: Connection,
    filters: Sequence[str],
    values: dict[str, Any],
    after: paging.ByName | Rest | None,
    limit: int,
) -> list[Row]:
    name, filters = folded("p.full_name"), list(filters)
    if after:
        filters.append(f"({name}, p.id) > (%(after_name)s, %(after_id)s::uuid)")
        values = {**values, "after_name": after.name, "after_id": after.id}
    return await fetch_all(
        connection,
        f"""WITH page AS (
                SELECT p.id, NULL::timestamptz AS soonest, {name} AS sort_name
                FROM provider p WHERE {" AND ".join(filters)}
                ORDER BY {name}, p.id LIMIT {int(limit)})
            {CARDS} ORDER BY page.sort_name, page.id""",
        values,
    )


async def _soonest(
    connection: Connection, filters: Sequence[str], values: dict[str, Any], after: Free | None, limit: int
) -> list[Row]:
    """Providers with a free start, soonest first.

    `fresh` walks the index: a provider is taken at the row of its soonest mode. `late` holds the providers of whom
    some row's first start has gone by; those are worked out from all their starts.
    """
    wanted = " AND ".join(filters)
    mode = "AND {}.mode = %(mode)s" if values["mode"] else ""
    fresh_after, late_after = "", ""
    if after:
        values = {**values, "after_start": after.soonest, "after_id": after.id}
        fresh_after = "AND (n.first_start, n.provider_id) > (%(after_start)s, %(after_id)s::uuid)"
        late_after = "AND (next.soonest, p.id) > (%(after_start)s, %(after_id)s::uuid)"
    return await fetch_all(
        connection,
        f"""WITH fresh AS (
                SELECT n.provider_id AS id, n.first_start AS soonest
                FROM next_free n
                JOIN provider p ON p.id = n.provider_id AND p.default_visit_type_id = n.visit_type_id
                WHERE n.first_start > %(as_of)s {mode.format("n")} {fresh_after} AND {wanted}
                  AND NOT EXISTS (
                      SELECT FROM next_free o
                      WHERE o.provider_id = n.provider_id AND o.visit_type_id = n.visit_type_id {mode.format("o")}
                        AND (o.first_start <= %(as_of)s OR (o.first_start, o.mode) < (n.first_start, n.mode)))
                ORDER BY n.first_start, n.provider_id LIMIT {int(limit)}
            ), late AS (
                SELECT p.id, next.soonest
                FROM (SELECT DISTINCT n.provider_id, n.visit_type_id FROM next_free n
                      WHERE n.first_start <= %(as_of)s {mode.format("n")}) gone_by
                JOIN provider p ON p.id = gone_by.provider_id AND p.default_visit_type_id = gone_by.visit_type_id
                CROSS JOIN LATERAL (
                    SELECT min(s.start) AS soonest
                    FROM next_free o CROSS JOIN unnest(o.starts) AS s (start)
                    WHERE o.provider_id = p.id AND o.visit_type_id = p.default_visit_type_id {mode.format("o")}
                      AND s.start > %(as_of)s
                ) next
                WHERE next.soonest IS NOT NULL {late_after} AND {wanted}
            ), page AS (
                SELECT id, soonest, NULL::text AS sort_name FROM (TABLE fresh UNION ALL TABLE late) both_kinds
                ORDER BY soonest, id LIMIT {int(limit)}
            )
            {CARDS} ORDER BY page.soonest, page.id""",
        values,
    )


def _nothing_free(mode: str | None) -> str:
    own_mode = "AND o.mode = %(mode)s" if mode else ""
    return f"""NOT EXISTS (
        SELECT FROM next_free o CROSS JOIN unnest(o.starts) AS s (start)
        WHERE o.provider_id = p.id AND o.visit_type_id = p.default_visit_type_id {own_mode} AND s.start > %(as_of)s)"""
