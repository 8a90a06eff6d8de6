"""Scopes: what is understood, what each gives, and what no scope can give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvisit.core import scopes
from openvisit.core.ids import new_id
from openvisit.core.permissions import POLICY, Actor, Target, allowed

CLINIC, PATIENT = new_id(), new_id()
ALL = scopes.supported()


def actor(*given_scopes: str) -> Actor:
    """An admin, provider and patient in one, as an app with these scopes acts for them."""
    return Actor(
        new_id(),
        new_id(),
        patient_id=PATIENT,
        provider_id=new_id(),
        roles={CLINIC: frozenset({"admin", "provider"})},
        app_id=new_id(),
        grants=scopes.grants(given_scopes),
    )


def test_every_scope_that_discovery_names_is_understood_and_gives_known_permissions() -> None:
    for scope in ALL:
        assert scopes.parse(scope).permissions <= POLICY.keys()
    assert scopes.PERMISSIONS.keys() <= POLICY.keys()


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "OPENID", "openId", "appointment:Read", "person:edit", "app:manage", "session:open", "me:edit",
        "patient/appointment.r", "Patient/Appointment.r", "patient/Appointment.", "patient/Appointment.sr",
        "patient/Appointment.rr", "patient/Appointment.R", "patient/Unknown.r", "patient/Appointment.r ",
        "patient/Appointment", "patient/Appointment.rs?status=booked", "admin/Appointment.r", "system/*", "*",
        "patient/Appointment.read\n",
    ],
)  # fmt: skip
def test_anything_else_is_unknown(text: str) -> None:
    with pytest.raises(scopes.UnknownScope):
        scopes.parse(text)


@given(st.text(max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        assert scopes.parse(text).text == text
    except scopes.UnknownScope:
        assert text not in ALL


def test_what_apps_cannot_be_given_no_scope_gives() -> None:
    given_by_all = actor(*ALL, "patient/*.cruds", "user/*.cruds", "system/*.cruds")
    for permission in ("me:edit", "person:edit", "person:list", "app:manage", "app:consent", "connected-app:revoke",
                       "clinic:add", "session:open", "session:end", "account:open", "live:subscribe"):  # fmt: skip
        assert not allowed(given_by_all, permission, Target(clinic_id=CLINIC)), permission


def test_a_scope_gives_no_right_that_the_person_lacks() -> None:
    plain = Actor(new_id(), new_id(), patient_id=PATIENT, grants=scopes.grants(ALL))
    assert allowed(plain, "patient:read", Target(patient_id=PATIENT))
    assert not allowed(plain, "patient:read", Target(clinic_id=CLINIC))
    assert not allowed(plain, "schedule:edit", Target(clinic_id=CLINIC))


def test_the_level_of_the_patient_reaches_ones_own_record_alone() -> None:
    own, all_ = actor("patient/Patient.r"), actor("user/Patient.r")
    mine, others = Target(clinic_id=CLINIC, patient_id=PATIENT), Target(clinic_id=CLINIC, patient_id=new_id())
    assert (allowed(own, "patient:read", mine), allowed(own, "patient:read", others)) == (True, False)
    assert (allowed(all_, "patient:read", mine), allowed(all_, "patient:read", others)) == (True, True)
    assert not allowed(own, "appointment:read", mine), "another scope's"


def test_a_server_on_its_own_only_ever_reads_and_confirms() -> None:
    given_by_all = scopes.grants([scope for scope in ALL if scope.startswith("system/")] + ["system/*.cruds"])
    assert {name for name in given_by_all if not name.endswith((":read", ":list"))} == {
        "appointment:confirm", "appointment:check-in",
    }  # fmt: skip


def test_letters_and_wildcards_cover_what_they_hold() -> None:
    assert scopes.covered("patient/Slot.r", ["patient/Slot.rs"])
    assert scopes.covered("patient/Appointment.read", ["patient/*.cruds"])
    assert not scopes.covered("patient/*.r", ["patient/Slot.cruds"])
    assert not scopes.covered("user/Slot.r", ["patient/Slot.r"])
    assert not scopes.covered("openid", ["patient/*.cruds"])


def test_people_are_told_each_thing_once_and_in_its_wider_sense() -> None:
    told = scopes.abilities(["offline_access", "openid", "patient/Appointment.rs", "appointment:list"])
    assert told == ["sign-in", "visits-see:all", "offline"]


@pytest.mark.parametrize("permission", scopes.PERMISSIONS)
def test_people_are_told_of_each_permission(permission: str) -> None:
    assert [ability for ability in scopes.abilities([permission]) if ability.endswith(":all")] != []


@given(st.lists(st.sampled_from(ALL), max_size=8))
def test_nothing_is_given_that_people_are_not_told(chosen: list[str]) -> None:
    told = scopes.abilities(chosen)
    for permission, levels in scopes.grants(chosen).items():
        if permission in POLICY and permission != "userinfo:read" and levels - {scopes.PATIENT}:
            assert any(ability.endswith(":all") for ability in told), permission
