"""HTTP: finding providers, and what they can be found by."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter

from openvisit.core.appointment import Mode
from openvisit.core.permissions import Actor
from openvisit.features.directory.api.params import Cursor, IncludeInactive, reader_language
from openvisit.features.directory.queries.facets import all_specialties, read_facets
from openvisit.features.directory.queries.provider_filters import Wanted
from openvisit.features.directory.queries.provider_search import search_providers
from openvisit.features.directory.wire.facets import Facets, SpecialtyList
from openvisit.features.directory.wire.providers import ProviderPage
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["providers"]
_READS = {"reads": Provide(reader_language, sync_to_thread=False)}
_NO_NUL = r"^[^\x00]*$"

Text = Annotated[
    str | None,
    QueryParameter(name="q", max_length=200, pattern=_NO_NUL, description="Words of the name, a specialty or a city"),
]
Codes = Annotated[
    list[str] | None,
    QueryParameter(name="specialty", max_items=30, description="NUCC taxonomy codes, any of them; may be repeated"),
]
Languages = Annotated[
    list[str] | None, QueryParameter(name="language", max_items=30, description="BCP 47 tags, any of them")
]
Plans = Annotated[
    list[str] | None, QueryParameter(name="insurance", max_items=30, description="Insurance plans, any of them")
]
Sorting = Annotated[
    Literal["next_free", "name"] | None,
    QueryParameter(name="sort", description="By soonest free start, or by name; by name when `q` is given"),
]


@route(
    "GET",
    "/providers",
    permission="directory:read",
    summary="Find providers, the soonest free first",
    tags=_TAGS,
    dependencies=_READS,
)
async def list_providers(
    db: NamedDependency[Database],
    caller: NamedDependency[Actor | None],
    now: NamedDependency[datetime],
    reads: NamedDependency[str],
    q: Text = None,
    specialty: Codes = None,
    language: Languages = None,
    insurance: Plans = None,
    mode: FromQuery[Mode | None] = None,
    location: FromQuery[UUID | None] = None,
    clinic: FromQuery[UUID | None] = None,
    include_inactive: IncludeInactive = False,
    sort: Sorting = None,
    cursor: Cursor = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> ProviderPage:
    """Find providers."""
    wanted = Wanted(
        q=(q or "").strip(),
        specialties=_storable(specialty),
        languages=_storable(language),
        insurance=_storable(insurance),
        mode=mode,
        location_id=location,
        clinic_id=clinic,
        include_inactive=include_inactive,
    )
    by = sort or ("name" if wanted.q else "next_free")
    return await search_providers(db, caller, wanted, sort=by, cursor=cursor, limit=limit, now=now, language=reads)


@route(
    "GET",
    "/directory/facets",
    permission="directory:read",
    summary="What providers can be filtered by, with counts",
    tags=_TAGS,
    dependencies=_READS,
)
async def get_facets(
    db: NamedDependency[Database], reads: NamedDependency[str], clinic: FromQuery[UUID | None] = None
) -> Facets:
    """What providers can be filtered by."""
    return await read_facets(db, clinic, reads)


@route(
    "GET",
    "/specialties",
    permission="directory:read",
    summary="Every specialty a provider can have (NUCC taxonomy)",
    tags=_TAGS,
    dependencies=_READS,
)
async def get_specialties(reads: NamedDependency[str]) -> SpecialtyList:
    """Every specialty."""
    return all_specialties(reads)


def _storable(values: list[str] | None) -> list[str]:
    """The values without NULs, which no stored text holds: nothing is found for them, as for any unknown value."""
    return [value.replace("\x00", "\N{REPLACEMENT CHARACTER}") for value in values or () if value]


ROUTES: list[Any] = [list_providers, get_facets, get_specialties]
