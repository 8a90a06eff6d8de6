"""HTTP of ratings as a clinic reads and judges them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, QueryParameter

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor
from openvisit.features.booking.errors import AppointmentNotFound
from openvisit.features.telehealth.after import moderation, wire
from openvisit.features.telehealth.after.errors import NothingRated, ReasonNeeded
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["telehealth"]
_Before = Annotated[UUID | None, QueryParameter(description="`next_before` of the answer before")]
_Limit = Annotated[int, QueryParameter(ge=1, le=100)]


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/ratings",
    permission="visit-rating:read",
    summary="How a clinic's visits were rated",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def get_clinic_ratings(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    before: _Before = None,
    limit: _Limit = 50,
) -> wire.ClinicRatings:
    """With the patients' words, for admins; those that were put aside, too. Written into the audit."""
    async with db.transaction() as connection:
        return await moderation.listed(connection, vault, actor, clinic_id, before, limit, now)


@route(
    "PUT",
    "/telehealth/visits/{appointment_id:uuid}/rating/hidden",
    permission="visit-rating:moderate",
    summary="Put a rating aside, or show it again",
    can_fail=[AppointmentNotFound, NothingRated, ReasonNeeded],
    tags=_TAGS,
)
async def put_rating_hidden(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
    data: JSONBody[wire.RatingJudged],
) -> wire.ClinicRating:
    """For admins, with a reason that whoever wrote the rating reads beside it. A rating that is written anew is to be
    judged anew."""
    return await moderation.judge(db, vault, live, actor, appointment_id, data, now)


ROUTES: list[HTTPRouteHandler] = [get_clinic_ratings, put_rating_hidden]

_RATING = {
    "id": "0197a3c2-5d30-7a11-8c22-1f2e3d4c5b6a",
    "appointment_id": "0197a3c2-5d20-7c3e-9b1f-3f6f5d7a1c10",
    "provider": {"id": "0197a3c2-5d12-7b1f-9c3a-1d2e3f4a5b60", "name": "Ada Moreno"},
    "patient": {"id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13", "name": "Ana Flores"},
    "visit_type": "Consultation",
    "start": "2027-03-04T14:30:00Z",
    "time_zone": "Europe/Madrid",
    "score": 2,
    "comment": "The nurse Rosa Vidal was rude",
    "rated_at": "2027-03-04T16:00:00Z",
    "changed_at": "2027-03-04T16:00:00Z",
    "hidden": {"reason": "It names one of our nurses.", "at": "2027-03-05T09:00:00Z"},
}
EXAMPLES: dict[str, Any] = {
    "ClinicRatings": {"items": [_RATING], "next_before": None},
    "ClinicRating": _RATING,
    "RatingJudged": {"hidden": True, "reason": "It names one of our nurses."},
}
