"""On whose behalf the database is asked: what row-level security (the second wall) goes by.

The first wall is the permission table, asked by commands and queries. Should one of them forget, the database shows
and takes only rows of the `Principal` of the request: its person, and the clinics the person works for. Every
connection is told the present principal before its first statement (`platform.db`), as the PostgreSQL setting
`openvisit.principal`; the SQL functions `openvisit_person()`, `openvisit_care()`... read it, and policies use them.

The edge of the web makes every request `NOBODY` until the guard knows better. Jobs and the command line are `SYSTEM`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from openvisit.core.permissions import ADMIN, BILLING, CLINICAL, FRONT_DESK, PRIVACY, PROVIDER, STAFF, Actor

SETTING = "openvisit.principal"
APP_ROLE = "openvisit_app"
"""The PostgreSQL role that web and worker run as: it owns nothing and no policy is waived for it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """`text` is the setting's value: the kind, and for a person `|` and what they hold (see `of_person`)."""

    text: str


NOBODY = Principal("nobody")
"""Not signed in: sees what is public."""

GATE = Principal("gate")
"""Signing in: nobody yet, but may look at accounts, sessions and proofs. Never at anything about health."""

SYSTEM = Principal("system")
"""Jobs, the command line, and the few places that name their reason: sees everything."""

_current: ContextVar[Principal] = ContextVar("principal", default=NOBODY)


def current() -> Principal:
    """The principal of what is running."""
    return _current.get()


def become(principal: Principal) -> None:
    """From here on, in this task and those it starts, act for the principal."""
    _current.set(principal)


@contextmanager
def acting(principal: Principal) -> Iterator[None]:
    """Act for the principal inside the context."""
    before = _current.set(principal)
    try:
        yield
    finally:
        _current.reset(before)


def of_person(actor: Actor) -> Principal:
    """The person: who they are, the patients they may act for or whose record they broke open, the provider they are,
    and their clinics.

    The clinics come four times: where they work, where they may see patients' records, where they are admin, and
    where they may read the audit trail.
    """
    fields = (
        "person",
        str(actor.person_id),
        _array({*([actor.patient_id] if actor.patient_id else []), *actor.delegations, *actor.emergencies}),
        str(actor.provider_id or ""),
        _array(actor.clinics(PROVIDER, STAFF, ADMIN)),
        _array(actor.clinics(PROVIDER, FRONT_DESK, CLINICAL, BILLING, PRIVACY, ADMIN)),
        _array(actor.clinics(ADMIN)),
        _array(actor.clinics(PRIVACY, ADMIN)),
    )
    return Principal("|".join(fields))


def _array(ids: Iterable[UUID]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"
