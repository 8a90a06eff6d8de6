"""A patient rates a visit once, signed in or by the link of a message."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from openvisit.features.notifications.links import of_visit
from openvisit.platform.links import Link, token
from tests.features.telehealth.after.conftest import Past

pytestmark = pytest.mark.anyio


async def rate(past: Past, score: int, comment: str = "", client: httpx.AsyncClient | None = None) -> Any:
    body = {"score": score, "comment": comment}
    return await (client or past.scene.patient.client).put(past.path("rating"), json=body)


async def test_a_rating_is_given_once_and_changed_for_two_weeks(past: Past) -> None:
    empty = (await past.scene.patient.client.get(past.path("rating"))).json()
    assert empty == {
        "score": None, "comment": "", "rated_at": None, "open": True, "after": None, "hidden": None
    }  # fmt: skip
    assert (await rate(past, 4, " Late, but kind ")).json()["comment"] == "Late, but kind"
    client = await past.later(past.scene.patient, days=13)
    assert (await rate(past, 5, client=client)).json()["score"] == 5
    (row,) = await past.rows("SELECT * FROM visit_rating")
    assert (row["score"], row["comment"], row["moderation"]) == (5, None, "unseen")
    client = await past.later(past.scene.patient, days=2)
    closed = await rate(past, 1, client=client)
    assert (closed.status_code, closed.json()["code"]) == (409, "rating_closed")
    assert (await client.get(past.path("rating"))).json()["open"] is False


async def test_comments_are_sealed(past: Past) -> None:
    await rate(past, 2, "He did not listen")
    (row,) = await past.rows("SELECT comment FROM visit_rating")
    assert b"listen" not in bytes(row["comment"])


async def test_a_visit_that_is_not_over_or_long_past_is_not_rated(past: Past) -> None:
    await past.set(status="in-progress")
    assert (await rate(past, 5)).status_code == 409
    await past.set(status="completed")
    client = await past.later(past.scene.patient, days=91)
    assert (await rate(past, 5, client=client)).status_code == 409


async def test_before_the_visit_it_is_said_when_the_rating_is_asked(past: Past) -> None:
    await past.set(status="confirmed")
    told = (await past.scene.patient.client.get(past.path("rating"))).json()
    (visit,) = await past.rows("SELECT ends_at FROM appointment")
    assert (told["open"], datetime.fromisoformat(told["after"])) == (False, visit["ends_at"])
    await past.set(status="no-show")
    told = (await past.scene.patient.client.get(past.path("rating"))).json()
    assert (told["open"], told["after"]) == (False, None)


async def test_a_clinic_puts_a_rating_aside_for_a_reason_that_its_writer_reads(past: Past) -> None:
    scene = past.scene
    hide, ratings = past.path("rating/hidden"), f"/api/clinics/{scene.clinic.id}/ratings"
    aside = {"hidden": True, "reason": " It names a nurse. "}
    nothing = await scene.admin.client.put(hide, json=aside)
    assert (nothing.status_code, nothing.json()["code"]) == (404, "nothing_rated")
    await rate(past, 2, "Nurse Vidal was rude")
    (read,) = (await scene.admin.client.get(ratings)).json()["items"]
    assert (read["score"], read["comment"], read["hidden"]) == (2, "Nurse Vidal was rude", None)
    for other in (scene.provider, scene.staff, scene.outsider, scene.patient):
        assert (await other.client.get(ratings)).status_code == 403
        assert (await other.client.put(hide, json=aside)).status_code == 404
    bare = await scene.admin.client.put(hide, json={"hidden": True, "reason": "  "})
    assert (bare.status_code, bare.json()["code"]) == (422, "reason_needed")

    assert (await scene.admin.client.put(hide, json=aside)).json()["hidden"]["reason"] == "It names a nurse."
    mine = (await scene.patient.client.get(past.path("rating"))).json()
    assert (mine["comment"], mine["hidden"]["reason"]) == ("Nurse Vidal was rude", "It names a nurse.")
    (row,) = await past.rows("SELECT moderation, moderation_reason FROM visit_rating")
    assert row["moderation"] == "rejected"
    assert b"nurse" not in bytes(row["moderation_reason"])

    shown = (await scene.admin.client.put(hide, json={"hidden": False})).json()
    assert shown["hidden"] is None
    await scene.admin.client.put(hide, json=aside)
    assert (await rate(past, 3, "I was cross")).json()["hidden"] is None  # written anew, to be judged anew
    acts = await past.rows("SELECT action FROM audit WHERE action LIKE 'visit-rating:%' ORDER BY id")
    assert [row["action"].partition(":")[2] for row in acts] == ["give", "read", "hide", "show", "hide", "give"]


async def test_ratings_come_in_pages(past: Past) -> None:
    await rate(past, 4)
    ratings = f"/api/clinics/{past.scene.clinic.id}/ratings"
    (only,) = (await past.scene.admin.client.get(ratings, params={"limit": 1})).json()["items"]
    after = await past.scene.admin.client.get(ratings, params={"before": only["id"]})
    assert after.json() == {"items": [], "next_before": None}
    assert (await past.scene.admin.client.get(ratings, params={"before": "x"})).status_code == 422


@pytest.mark.parametrize("score", [0, 6, 2.5, "5", None])
async def test_a_score_is_one_to_five(past: Past, score: object) -> None:
    answer = await past.scene.patient.client.put(past.path("rating"), json={"score": score})
    assert answer.status_code == 422


def link_of(past: Past, **changes: Any) -> str:
    vault, clock = past.scene.app.parts.vault, past.scene.app.clock
    values = {"purpose": "rate", "subject": past.id, "person_id": past.scene.patient.id, "given_at": clock()}
    return token(vault.blind_index, Link(**{**values, **changes}))


async def test_the_link_of_a_message_rates_without_signing_in(past: Past) -> None:
    vault, clock = past.scene.app.parts.vault, past.scene.app.clock
    keyed, patient = vault.blind_index, past.scene.patient.id
    link = of_visit(keyed, past.id, patient, "https://visits.example", clock(), {"rate_link"})["rate_link"]
    assert urlsplit(link).path == "/rate"
    path = f"/api/telehealth/ratings/{urlsplit(link).fragment}"
    client = past.scene.app.client
    shown = await client.get(path)
    assert (shown.json()["with_whom"], shown.json()["rating"]["open"]) == ("Ada Moreno", True)
    given = await client.put(path, json={"score": 3, "comment": "Fine"})
    assert given.json()["rating"]["score"] == 3
    assert (await past.scene.patient.client.get(path)).json()["rating"]["comment"] == "Fine"
    (row,) = await past.rows("SELECT data FROM audit WHERE action = 'visit-rating:give'")
    assert row["data"] == {"via": "link"}


async def test_other_links_rate_nothing(past: Past) -> None:
    client = past.scene.app.client
    others = [
        link_of(past, purpose="confirm"),
        link_of(past, person_id=past.scene.other_patient.id),
        link_of(past, subject=uuid4()),
        link_of(past)[:-2] + "AA",
        "x",
    ]
    for other in others:
        assert (await client.get(f"/api/telehealth/ratings/{other}")).status_code == 404
        assert (await client.put(f"/api/telehealth/ratings/{other}", json={"score": 1})).status_code == 404
    # And the link to rate does nothing else.
    assert (await client.post(f"/api/links/{link_of(past)}", json={})).status_code == 404
    past.scene.app.clock.advance(days=91)
    late = await client.put(f"/api/telehealth/ratings/{link_of(past)}", json={"score": 1})
    assert late.status_code == 409
