"""What a person, or a clinic, may let an app do: OAuth 2.0 scopes and the permissions behind them.

Three spellings, all of them case-sensitive (RFC 6749 section 3.3):

- permissions by their own name, `appointment:read`: as the person who signed in, at the app's clinic;
- SMART App Launch 2.x, `patient/Appointment.rs`, `user/Schedule.rs`, `system/Patient.r`: letters of `cruds` in that
  order, or the words `read`, `write`, `*` of version 1;
- OpenID Connect, `openid`, `profile`, `email`, `fhirUser`, and `offline_access`, `launch/patient`.

A scope never gives a right that the person lacks: `core.permissions.allowed` asks for both.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PATIENT, USER, SYSTEM = "patient", "user", "system"
"""Levels: the person's own record as a patient; all that the person may; a clinic's server on its own."""

OPENID, PROFILE, EMAIL, FHIR_USER = "openid", "profile", "email", "fhirUser"
OFFLINE, LAUNCH_PATIENT = "offline_access", "launch/patient"
IDENTITY: Mapping[str, str] = {
    OPENID: "Know who you are",
    PROFILE: "See your name, language and time zone",
    EMAIL: "See your e-mail address",
    FHIR_USER: "Know whether you are a patient or a provider here",
    OFFLINE: "Stay connected while you are away",
    LAUNCH_PATIENT: "Know which patient record is yours",
}

PERMISSIONS: Mapping[str, str] = {
    "me:read": "See your account",
    "clinic:manage": "Change the clinic's details",
    "location:manage": "Change the clinic's locations",
    "room:read": "See rooms",
    "room:manage": "Change rooms",
    "device:read": "See devices",
    "device:manage": "Change devices",
    "visit-type:manage": "Change kinds of visit",
    "provider:edit": "Change providers' profiles",
    "patient:list": "List the clinic's patients",
    "patient:add": "Enter patients",
    "patient:read": "See patients' details",
    "schedule:read": "See working hours and absences",
    "schedule:edit": "Change working hours and absences",
    "hold:place": "Hold a free time",
    "hold:release": "Give a held time back",
    "appointment:list": "List visits",
    "appointment:read": "See visits",
    "appointment:book": "Book visits",
    "appointment:reschedule": "Move visits",
    "appointment:cancel": "Cancel visits",
    "appointment:confirm": "Confirm visits",
    "appointment:check-in": "Check in for visits",
    "appointment:start": "Start visits",
    "appointment:complete": "Complete visits",
    "appointment:no-show": "Note that somebody did not come",
    "appointment:approve": "Approve requests",
    "appointment:decline": "Decline requests",
    "reminder:read": "See reminders of visits",
    "reminder:change": "Ask for reminders of visits, change and cancel them",
    "patient-history:read": "See a patient's visits",
    "provider-history:read": "See a provider's visits",
    "front-desk:read": "See the clinic's day",
}
"""The permissions that apps can be given. Whatever is not here (accounts, sessions, roles, keys, exports, consents,
other apps) no app can have, whoever agrees."""

OPEN = frozenset({"public:read", "directory:read", "slots:read"})
"""What anybody may do without a scope, apps too."""

_VISIT_MOVES = frozenset(
    {
        "appointment:reschedule", "appointment:cancel", "appointment:confirm", "appointment:check-in",
        "appointment:start", "appointment:complete", "appointment:no-show", "appointment:approve",
        "appointment:decline",
    }
)  # fmt: skip
_RESOURCES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "Appointment": {
        "c": frozenset({"appointment:book", "hold:place", "hold:release"}),
        "r": frozenset({"appointment:read"}),
        "u": _VISIT_MOVES,
        "d": frozenset({"appointment:cancel"}),
        "s": frozenset({"appointment:list", "patient-history:read", "provider-history:read", "front-desk:read"}),
    },
    "Patient": {
        "c": frozenset({"patient:add"}),
        "r": frozenset({"patient:read"}),
        "s": frozenset({"patient:list"}),
    },
    "Practitioner": {"r": frozenset(), "s": frozenset(), "u": frozenset({"provider:edit"})},
    "Schedule": {
        "r": frozenset({"schedule:read"}),
        "s": frozenset({"schedule:read"}),
        "u": frozenset({"schedule:edit"}),
    },
    "Slot": {"r": frozenset(), "s": frozenset()},
    "Location": {"r": frozenset({"room:read"}), "s": frozenset({"room:read"}), "u": frozenset({"location:manage"})},
    "Organization": {"r": frozenset(), "s": frozenset(), "u": frozenset({"clinic:manage"})},
    "HealthcareService": {"r": frozenset(), "s": frozenset(), "u": frozenset({"visit-type:manage"})},
}
_FOR_SYSTEMS = frozenset(
    {
        "patient:list", "patient:read", "patient-history:read", "provider-history:read", "front-desk:read",
        "appointment:list", "appointment:read", "appointment:confirm", "appointment:check-in", "schedule:read",
        "room:read",
    }
)  # fmt: skip
_VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}
_SMART = re.compile(r"(patient|user|system)/([A-Z][A-Za-z]*|\*)\.(read|write|\*|c?r?u?d?s?)")

MOST_SCOPES = 40


class UnknownScope(ValueError):
    """No scope of ours; the message is the scope."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope, understood: what it gives at which level; identity scopes give no permission."""

    text: str
    level: str | None
    permissions: frozenset[str]


def parse(text: str) -> Scope:
    """Understand one scope. Errors: UnknownScope."""
    if text in IDENTITY:
        return Scope(text, None, frozenset())
    if text in PERMISSIONS:
        return Scope(text, USER, frozenset({text}))
    found = _SMART.fullmatch(text)
    if found is None:
        raise UnknownScope(text)
    level, resource, letters = found[1], found[2], _VERSION_1.get(found[3], found[3])
    if not letters or (resource != "*" and resource not in _RESOURCES):
        raise UnknownScope(text)
    named = _RESOURCES.values() if resource == "*" else [_RESOURCES[resource]]
    given = frozenset[str]().union(*(of.get(letter, frozenset()) for of in named for letter in letters))
    return Scope(text, level, given & _FOR_SYSTEMS if level == SYSTEM else given)


def split(text: str | None) -> list[str]:
    """A space-separated list, each scope once, in order. Errors: UnknownScope for any that is none of ours."""
    scopes = list(dict.fromkeys((text or "").split(" "))) if text else []
    if len(scopes) > MOST_SCOPES:
        raise UnknownScope("too many")
    for scope in scopes:
        parse(scope)
    return scopes


def grants(scopes: Iterable[str]) -> dict[str, frozenset[str]]:
    """What the scopes give: each permission with the levels it is given at."""
    found: dict[str, set[str]] = {}
    for scope in map(parse, scopes):
        for permission in scope.permissions:
            found.setdefault(permission, set()).add(scope.level or USER)
        if scope.text == OPENID:
            found.setdefault("userinfo:read", set()).add(USER)
    return {permission: frozenset(levels) for permission, levels in found.items()}


def covered(scope: str, by: Iterable[str]) -> bool:
    """Whether a scope is among these, or part of one: `patient/Slot.r` of `patient/Slot.rs` and of `patient/*.rs`.

    Errors: UnknownScope.
    """
    wanted = _smart_parts(scope)
    for one in by:
        if one == scope:
            return True
        given = _smart_parts(one)
        if wanted and given and wanted[0] == given[0] and given[1] in (wanted[1], "*") and wanted[2] <= given[2]:
            return True
    return False


def _smart_parts(scope: str) -> tuple[str, str, frozenset[str]] | None:
    found = _SMART.fullmatch(scope)
    return found and (found[1], found[2], frozenset(_VERSION_1.get(found[3], found[3])))


def for_people(scope: str) -> bool:
    """Whether a person can be asked for it. Errors: UnknownScope."""
    return parse(scope).level != SYSTEM


def for_servers(scope: str) -> bool:
    """Whether an app can have it on its own, by client credentials. Errors: UnknownScope."""
    return parse(scope).level == SYSTEM


_ABILITIES: Mapping[str, frozenset[str]] = {
    "visits-see": frozenset(
        {"appointment:read", "appointment:list", "patient-history:read", "provider-history:read", "front-desk:read"}
    ),
    "visits-book": frozenset({"appointment:book", "hold:place", "hold:release"}),
    "visits-change": frozenset(
        {"appointment:reschedule", "appointment:cancel", "appointment:confirm", "appointment:check-in"}
    ),
    "reminders-see": frozenset({"reminder:read"}),
    "reminders-change": frozenset({"reminder:change"}),
    "visits-run": frozenset({"appointment:start", "appointment:complete", "appointment:no-show"}),
    "requests-answer": frozenset({"appointment:approve", "appointment:decline"}),
    "patients-see": frozenset({"patient:read", "patient:list"}),
    "patients-add": frozenset({"patient:add"}),
    "schedule-see": frozenset({"schedule:read"}),
    "schedule-change": frozenset({"schedule:edit"}),
    "profile-change": frozenset({"provider:edit"}),
    "places-see": frozenset({"room:read", "device:read"}),
    "clinic-change": frozenset(
        {"clinic:manage", "location:manage", "room:manage", "device:manage", "visit-type:manage"}
    ),
    "account-see": frozenset({"me:read"}),
}
_PATIENTS_OWN = frozenset({"visits-see", "visits-book", "visits-change", "patients-see"})
"""What there is to agree to at the level of one's own record; a patient has no other abilities."""
_IDENTITY_ABILITIES = {
    OPENID: "sign-in", PROFILE: "name", EMAIL: "email", FHIR_USER: "kind", LAUNCH_PATIENT: "record", OFFLINE: "offline",
}  # fmt: skip


def abilities(scopes: Iterable[str]) -> list[str]:
    """What the scopes come to, as codes that people are shown in words: `visits-see:own`, `visits-see:all`, `email`.

    Own is the person's record as a patient; what is given for all is not said again for one's own.
    """
    wanted = list(scopes)
    given = grants(wanted)
    found = [code for scope, code in _IDENTITY_ABILITIES.items() if scope in wanted and scope != OFFLINE]
    for ability, permissions in _ABILITIES.items():
        levels = frozenset[str]().union(*(given.get(permission, frozenset()) for permission in permissions))
        if levels - {PATIENT}:
            found.append(f"{ability}:all")
        elif levels and ability in _PATIENTS_OWN:
            found.append(f"{ability}:own")
    return [*found, *([_IDENTITY_ABILITIES[OFFLINE]] if OFFLINE in wanted else [])]


def supported() -> list[str]:
    """The scopes that discovery names: all of our own, and the wildcard-free ones of SMART."""
    smart = [
        f"{level}/{resource}.{''.join(letter for letter in 'cruds' if letter in letters)}"
        for level in (PATIENT, USER, SYSTEM)
        for resource, letters in _RESOURCES.items()
    ]
    return [*IDENTITY, *PERMISSIONS, *smart]
