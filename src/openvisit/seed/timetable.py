"""Who and what is taken when, while visits are being planned: the same rules that the product holds bookings to."""

from bisect import insort
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.core.intervals import Span, overlaps
from openvisit.core.openings import Opening
from openvisit.core.wallclock import local_day
from openvisit.seed.model import Doctor, Group, Offered, Patient, Room, Visit
from openvisit.seed.visit_kinds import IN_PERSON


class Timetable:
    """The taken times of every provider, patient, room and device, as sorted disjoint spans."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self._taken: dict[UUID, list[Span]] = {}
        self._on_day: Counter[tuple[UUID, UUID, int]] = Counter()

    def fit(
        self, doctor: Doctor, offered: Offered, mode: str, opening: Opening, start: int, patient: Patient
    ) -> Visit | None:
        """The visit at `start` when everybody and everything it needs is free then, else None. Takes nothing yet."""
        kind = offered.kind
        end = start + kind.duration + int(patient.needs.get("extra_minutes", 0))
        if end > opening.end or (start - opening.start) % kind.step:
            return None
        if overlaps(doctor.away, start - kind.before, end + kind.after) or self._capped(doctor, offered, start):
            return None
        if not (self._free(doctor.id, start - kind.before, end + kind.after) and self._free(patient.id, start, end)):
            return None
        site = self._group.site(opening.location_id) if mode == IN_PERSON else None
        room = device = None
        if site and kind.needs_room:
            stairs = not patient.needs.get("wheelchair_access")
            room = self._first_free([r for r in site.rooms if stairs or r.wheelchair_accessible], start, end)
        if site and kind.needs_device:
            device = self._first_free(site.devices, start, end)
        if site and ((kind.needs_room and room is None) or (kind.needs_device and device is None)):
            return None
        zone = site.zone if site else doctor.zone
        return Visit(doctor, patient, offered, mode, start, end, site, zone, room, device, new_id())

    def take(self, visit: Visit) -> None:
        """Take everything the visit needs, for its time."""
        kind = visit.offered.kind
        self._on_day[visit.doctor.id, kind.id, local_day(visit.doctor.zone, visit.start)] += 1
        insort(self._taken.setdefault(visit.doctor.id, []), visit.claimed)
        for other in (visit.patient, visit.room, visit.device):
            if other is not None:
                insort(self._taken.setdefault(other.id, []), (visit.start, visit.end))

    def busy(self, resource: UUID) -> Sequence[Span]:
        """The times at which the provider, patient, room or device is taken."""
        return self._taken.get(resource, [])

    def _capped(self, doctor: Doctor, offered: Offered, start: int) -> bool:
        """Whether another one would be the day's last: one place under the cap is left for whoever tries it."""
        cap = offered.kind.cap
        return cap is not None and self._on_day[doctor.id, offered.kind.id, local_day(doctor.zone, start)] + 1 >= cap

    def _free(self, resource: UUID, start: int, end: int) -> bool:
        return not overlaps(self._taken.get(resource, ()), start, end)

    def _first_free(self, members: Sequence[Room], start: int, end: int) -> Room | None:
        return next((member for member in members if self._free(member.id, start, end)), None)
