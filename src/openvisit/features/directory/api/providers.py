"""HTTP: one provider, the profile and the photo."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency, Provide
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.params import FromQuery, JSONBody, RawBody

from openvisit.core.errors import Forbidden, NotFound, VersionMismatch
from openvisit.core.permissions import Actor
from openvisit.features.directory.api.params import IfMatch, reader_language, version_of, versioned
from openvisit.features.directory.commands import photos
from openvisit.features.directory.commands import providers as write
from openvisit.features.directory.errors import PersonTaken, PhotoRefused
from openvisit.features.directory.queries import providers as read
from openvisit.features.directory.wire.providers import NewProvider, Provider, ProviderChanges
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["providers"]
_READS = {"reads": Provide(reader_language, sync_to_thread=False)}
_ONE = "/providers/{provider_id:uuid}"


@dataclass
class PhotoUpload(Operation):
    """The operation whose body is a picture as it is, in no envelope."""

    def __post_init__(self) -> None:
        """Say so in the documentation."""
        picture = OpenAPIMediaType(schema=Schema(type=None, description="The picture's bytes"))
        kinds = ("image/png", "image/jpeg", "image/webp")
        self.request_body = RequestBody(
            content=dict.fromkeys(kinds, picture),
            description="A PNG, JPEG or WebP picture of at most 500 kB",
            required=True,
        )


@route(
    "GET", _ONE, permission="directory:read", summary="A provider", can_fail=[NotFound], tags=_TAGS, dependencies=_READS
)
async def get_provider(
    db: NamedDependency[Database],
    caller: NamedDependency[Actor | None],
    now: NamedDependency[datetime],
    reads: NamedDependency[str],
    provider_id: FromQuery[UUID],
) -> Response[Provider]:
    """A provider's profile."""
    return versioned(await read.read_provider(db, caller, provider_id, now=now, language=reads))


@route(
    "POST",
    "/providers",
    permission="provider:add",
    summary="Add a provider to a clinic",
    can_fail=[Forbidden, PersonTaken],
    status=201,
    tags=_TAGS,
    dependencies=_READS,
)
async def post_provider(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    reads: NamedDependency[str],
    data: JSONBody[NewProvider],
) -> Response[Provider]:
    """Add a provider."""
    return versioned(await write.add_provider(db, live, actor, now, data, reads), 201)


@route(
    "PATCH",
    _ONE,
    permission="provider:edit",
    summary="Change a provider's profile, fees and visit types, or switch the provider off or on",
    can_fail=[NotFound, Forbidden, VersionMismatch, PersonTaken],
    tags=_TAGS,
    dependencies=_READS,
)
async def patch_provider(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    reads: NamedDependency[str],
    provider_id: FromQuery[UUID],
    data: JSONBody[ProviderChanges],
    if_match: IfMatch = None,
) -> Response[Provider]:
    """Change a provider."""
    expected = version_of(if_match)
    return versioned(await write.change_provider(db, live, actor, now, provider_id, data, expected, reads))


@route(
    "DELETE",
    _ONE,
    permission="provider:edit",
    summary="Switch a provider off; PATCH with active=true switches it on again",
    can_fail=[NotFound, Forbidden, VersionMismatch],
    tags=_TAGS,
    dependencies=_READS,
)
async def delete_provider(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    reads: NamedDependency[str],
    provider_id: FromQuery[UUID],
    if_match: IfMatch = None,
) -> Response[Provider]:
    """Switch a provider off."""
    off = ProviderChanges(active=False)
    return versioned(await write.change_provider(db, live, actor, now, provider_id, off, version_of(if_match), reads))


@route(
    "GET",
    _ONE + "/photo",
    permission="directory:read",
    summary="A provider's photo",
    can_fail=[NotFound],
    tags=_TAGS,
    media_type="image/*",
)
async def get_photo(
    db: NamedDependency[Database],
    caller: NamedDependency[Actor | None],
    provider_id: FromQuery[UUID],
    v: FromQuery[str | None] = None,
) -> Response[bytes]:
    """A provider's photo; at the address that the provider's `photo_url` gives it never changes."""
    photo = await read.read_photo(db, caller, provider_id)
    for_ever = v is not None and v == str(int(photo["at"].timestamp()))
    keep = "public, max-age=31536000, immutable" if for_ever else "public, max-age=60"
    keep = keep if photo["active"] else "no-store"
    return Response(photo["content"], media_type=photo["media_type"], headers={"Cache-Control": keep})


@route(
    "PUT",
    _ONE + "/photo",
    permission="provider:edit",
    summary="Set a provider's photo",
    can_fail=[NotFound, Forbidden, PhotoRefused],
    status=204,
    tags=_TAGS,
    operation_class=PhotoUpload,
)
async def put_photo(
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    provider_id: FromQuery[UUID],
    body: RawBody,
) -> None:
    """Set a provider's photo."""
    await photos.set_photo(db, actor, now, provider_id, body)


@route(
    "DELETE",
    _ONE + "/photo",
    permission="provider:edit",
    summary="Take a provider's photo away",
    can_fail=[NotFound, Forbidden],
    status=204,
    tags=_TAGS,
)
async def delete_photo(
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    provider_id: FromQuery[UUID],
) -> None:
    """Take a provider's photo away."""
    await photos.remove_photo(db, actor, now, provider_id)


ROUTES: list[Any] = [
    get_provider,
    post_provider,
    patch_provider,
    delete_provider,
    get_photo,
    put_photo,
    delete_photo,
]
