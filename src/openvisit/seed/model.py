"""What the seed remembers of what it makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from openvisit.core.intervals import Span
from openvisit.core.openings import WorkingRules
from openvisit.seed.practice import Practice
from openvisit.seed.visit_kinds import Kind


@dataclass(frozen=True, slots=True)
class Room:
    """A room or a device."""

    id: UUID
    wheelchair_accessible: bool = True


@dataclass(frozen=True, slots=True)
class Site:
    """A location with its rooms and devices."""

    id: UUID
    name: str
    city: str
    zone: str
    area_code: str
    rooms: tuple[Room, ...]
    devices: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The clinic, its places and its visit types."""

    id: UUID
    sites: tuple[Site, ...]
    kinds: Mapping[str, Kind]

    def site(self, location_id: UUID | None) -> Site:
        """The location with this id."""
        return next(site for site in self.sites if site.id == location_id)


@dataclass(frozen=True, slots=True)
class Offered:
    """A visit type that a provider offers: how often it is booked among the others, and the provider's own fee."""

    kind: Kind
    weight: int
    fee: int | None

    @property
    def price(self) -> int:
        """What a visit costs, in cents."""
        return self.kind.price if self.fee is None else self.fee


@dataclass(frozen=True, slots=True)
class Doctor:
    """A provider. `sites` are where they see patients, `busyness` is how much of their time is taken, 0 to 1."""

    id: UUID
    person_id: UUID
    name: str
    practice: Practice
    zone: str
    sites: tuple[Site, ...]
    languages: tuple[str, ...]
    offers: tuple[Offered, ...]
    busyness: float
    rules: WorkingRules
    away: Sequence[Span]  # absences, in minutes
    spare: int = 0  # minutes left free at the end of every opening ahead

    def offer(self, kind: Kind) -> Offered:
        """The provider's offer of a visit type they have."""
        return next(offered for offered in self.offers if offered.kind is kind)


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient. `needs` are the accommodations asked for at every visit."""

    id: UUID
    person_id: UUID
    name: str
    language: str
    child: bool
    site: Site
    since: datetime
    needs: Mapping[str, bool | int | str]


@dataclass(slots=True)
class Visit:
    """A visit at a place in the timetable. Times are minutes since 1970."""

    doctor: Doctor
    patient: Patient
    offered: Offered
    mode: str
    start: int
    end: int
    site: Site | None  # where, in person
    zone: str
    room: Room | None
    device: Room | None
    id: UUID
    sure: bool = False  # nobody cancels or misses it

    @property
    def claimed(self) -> Span:
        """The provider's time, buffers included."""
        return self.start - self.offered.kind.before, self.end + self.offered.kind.after


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to a visit, as the trail has it; `actor_id` is a person."""

    at: datetime
    actor_id: UUID
    action: str
    data: Mapping[str, str]


@dataclass(slots=True)
class Story:
    """How a visit came about and where it stands."""

    status: str
    booked_by: UUID
    created_at: datetime
    trail: list[Entry] = field(default_factory=list)
    closed_reason: str | None = None
    to_come: bool = False  # the next thing lies in the future
