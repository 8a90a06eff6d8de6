"""The visit types of the demonstration."""

from dataclasses import dataclass, field
from uuid import UUID

from openvisit.core.appointment import Mode
from openvisit.core.ids import new_id

EVERYBODY = ("patient", "provider", "staff", "admin")
THE_CLINIC = ("provider", "staff", "admin")

IN_PERSON, VIDEO, PHONE = str(Mode.IN_PERSON), str(Mode.TELEHEALTH), str(Mode.PHONE)


@dataclass(frozen=True, slots=True)
class Kind:
    """One visit type. Lengths are minutes; the price is in cents."""

    name: str
    description: str
    duration: int
    step: int
    modes: tuple[str, ...]
    price: int
    before: int = 0
    after: int = 0
    notice: int = 120
    window: int = 60
    cap: int | None = None
    needs_room: bool = False
    needs_device: bool = False
    approval: bool = False
    bookable_by: tuple[str, ...] = EVERYBODY
    once: bool = False  # the first visit of a patient with a provider
    id: UUID = field(default_factory=new_id)

    @property
    def by_patients(self) -> bool:
        """Whether patients book it themselves."""
        return "patient" in self.bookable_by


def kinds() -> dict[str, Kind]:
    """The visit types under their keys, with fresh ids."""
    return _talks() | _treatments()


def _talks() -> dict[str, Kind]:
    return {
        "video": Kind("Video consultation", "Talk to your provider from home.", 20, 20, (VIDEO,), 8500),
        "new-patient": Kind(
            "New patient visit",
            "The first visit: your history, an examination, and a plan.",
            45,
            15,
            (IN_PERSON,),
            18000,
            after=5,
            notice=240,
            window=90,
            cap=3,
            needs_room=True,
            once=True,
        ),
        "follow-up-15": Kind(
            "Short follow-up", "A look at how things are going.", 15, 15, (IN_PERSON, VIDEO), 6500, needs_room=True
        ),
        "follow-up-30": Kind(
            "Follow-up",
            "Results, treatment, next steps.",
            30,
            30,
            (IN_PERSON, VIDEO),
            11000,
            window=90,
            needs_room=True,
        ),
        "phone": Kind("Phone call", "Your provider calls you.", 15, 15, (PHONE,), 4500),
        "therapy": Kind(
            "Therapy session",
            "Fifty minutes, and ten for your therapist to write up.",
            50,
            60,
            (IN_PERSON, VIDEO),
            16000,
            after=10,
            notice=240,
            window=120,
        ),
    }


def _treatments() -> dict[str, Kind]:
    return {
        "procedure": Kind(
            "Minor procedure",
            "In a treatment room with equipment. Your provider looks at the request first.",
            60,
            30,
            (IN_PERSON,),
            42000,
            before=10,
            after=15,
            notice=2880,
            window=120,
            needs_room=True,
            needs_device=True,
            approval=True,
        ),
        "check-up": Kind(
            "Annual check-up",
            "Once a year, with time for questions. Come fasting for the blood test.",
            40,
            20,
            (IN_PERSON,),
            15000,
            after=5,
            notice=240,
            window=120,
            needs_room=True,
        ),
        "urgent": Kind(
            "Urgent visit",
            "Squeezed in by the front desk for what cannot wait.",
            20,
            10,
            (IN_PERSON, VIDEO),
            12000,
            notice=0,
            window=14,
            needs_room=True,
            bookable_by=THE_CLINIC,
        ),
    }
