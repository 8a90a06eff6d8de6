"""Requests and answers about consents."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.core.consent import Kind

_TEXT = r"^[^\x00]*[^\x00\s][^\x00]*$"
ConsentKind = Kind
TextId = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 of the wording", examples=["ab" * 32])]
Language = Literal["en", "es"]
Channel = Literal["online", "in-person", "phone", "paper"]
Title = Annotated[
    str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")
]
Body = Annotated[str, Meta(min_length=1, max_length=20_000, pattern=_TEXT)]


class ConsentWords(msgspec.Struct):
    """A wording in one language; an empty line parts paragraphs."""

    title: Title
    text: Body


class ConsentWording(msgspec.Struct):
    """One version of a wording, in each language. `clinic_id` is null for the one that comes with OpenVisit."""

    id: TextId
    clinic_id: UUID | None
    kind: Kind
    version: int
    words: dict[Language, ConsentWords]
    published_at: datetime | None


class ConsentWordings(msgspec.Struct):
    """The wordings in force at a clinic, one a kind."""

    items: list[ConsentWording]


class NewConsentWording(msgspec.Struct):
    """A new version. With `renew`, who agreed to an earlier one has to agree again before it counts."""

    kind: Kind
    en: ConsentWords
    es: ConsentWords
    renew: bool = False


class ConsentState(msgspec.Struct):
    """One kind at one clinic: `given`, `withdrawn`, `lapsed` (another wording has to be read), or `open`.

    `text` is the wording in force, `agreed_text` the one that was agreed to, both as ids.
    """

    kind: Kind
    state: Literal["given", "withdrawn", "lapsed", "open"]
    at: datetime | None
    text: TextId
    agreed_text: TextId | None


class ConsentEntry(msgspec.Struct):
    """Something that happened to a consent."""

    at: datetime
    kind: Kind
    act: Literal["given", "withdrawn", "lapsed"]
    text: TextId
    version: int
    channel: Literal["online", "in-person", "phone", "paper", "system"]
    by_role: Literal["patient", "delegate", "clinic", "system"]
    by_name: str | None


class ClinicConsents(msgspec.Struct):
    """A patient's consents at one clinic, with their history, newest first."""

    clinic_id: UUID
    clinic_name: str
    states: list[ConsentState]
    history: list[ConsentEntry]


class Consents(msgspec.Struct):
    """A patient's consents, clinic by clinic."""

    items: list[ClinicConsents]


class Agreed(msgspec.Struct):
    """A wording that was read and agreed to."""

    kind: Kind
    text: TextId


class ConsentsGiven(msgspec.Struct):
    """What a patient agrees to. Without `patient_id` the caller is the patient.

    A clinic that writes down what a patient agreed to says by which `channel` they did.
    """

    clinic_id: UUID
    agreed: Annotated[list[Agreed], Meta(min_length=1, max_length=6)]
    patient_id: UUID | None = None
    language: Language = "en"
    channel: Channel = "online"


class ConsentWithdrawn(msgspec.Struct):
    """What a patient does not agree to any more."""

    clinic_id: UUID
    kind: Kind
    patient_id: UUID | None = None
    channel: Channel = "online"
