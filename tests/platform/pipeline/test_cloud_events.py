"""What travels, and what of it is believed."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from openvisit.core.ids import new_id
from openvisit.platform.events import Event
from openvisit.platform.pipeline.cloud_events import LARGEST, Poison, decode, encode

SOURCE = "https://visits.clinic.test"
EVENT = Event("appointment.rescheduled", new_id(), datetime(2027, 3, 1, 12, tzinfo=UTC), {"from": "a", "to": "b"})


def changed(**values: Any) -> bytes:
    """The event's message with other attributes; None takes one away."""
    told = json.loads(encode(EVENT, SOURCE)) | values
    return json.dumps({name: value for name, value in told.items() if value is not None}).encode()


def test_an_event_arrives_as_it_left() -> None:
    assert decode(encode(EVENT, SOURCE)) == EVENT


def test_it_has_the_attributes_of_a_cloud_event() -> None:
    """CloudEvents 1.0, section 3.1; in the JSON format all stand beside `data`."""
    told = json.loads(encode(EVENT, SOURCE))
    assert told["specversion"] == "1.0"
    assert told["id"] == str(EVENT.id)
    assert told["source"] == SOURCE
    assert told["type"] == "appointment.rescheduled"
    assert told["subject"] == str(EVENT.subject)
    assert datetime.fromisoformat(told["time"]) == EVENT.at
    assert told["datacontenttype"] == "application/json"
    assert told["data"] == {"from": "a", "to": "b"}


def test_attributes_of_others_are_passed_over() -> None:
    """Brokers and tracers add their own, as the standard lets them."""
    assert decode(changed(traceparent="00-4bf9-01", sequence="7")) == EVENT


def test_times_of_any_zone_are_understood() -> None:
    there = EVENT.at.astimezone(timezone(timedelta(hours=-5)))
    assert decode(changed(time=there.isoformat())).at == EVENT.at


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b'{"a":' * 10_000, "not_json"),
        (b"[]", "not_an_event"),
        (b"null", "not_an_event"),
        (b"{}", "not_an_event"),
        (b" " * (LARGEST + 1), "too_large"),
        (changed(specversion="0.3"), "unknown_version"),
        (changed(specversion="2.0"), "unknown_version"),
        (changed(specversion=1), "not_an_event"),
        (changed(type="appointment.teleported"), "unknown_type"),
        (changed(type=""), "unknown_type"),
        (changed(id=None), "not_an_event"),
        (changed(id="1 OR 1=1"), "not_an_event"),
        (changed(id=""), "not_an_event"),
        (changed(subject="../../etc/passwd"), "not_an_event"),
        (changed(subject=None), "not_an_event"),
        (changed(source=""), "not_an_event"),
        (changed(time="2027-03-01T12:00:00"), "not_an_event"),
        (changed(time="yesterday"), "not_an_event"),
        (changed(datacontenttype="text/plain"), "not_an_event"),
        (changed(data="words"), "not_an_event"),
        (changed(data={"status": {"deep": 1}}), "not_an_event"),
        (changed(data={"status": "x" * 201}), "not_an_event"),
        (changed(data={"status": "nul\x00"}), "not_an_event"),
        (changed(data={"na\x00me": "x"}), "not_an_event"),
        (changed(data={f"n{chr(97 + n)}": n for n in range(21)}), "not_an_event"),
        (encode(EVENT, SOURCE).replace(b'"from":"a"', b'"from":"\\ud800"'), "not_json"),
    ],
)
def test_what_is_none_is_poison(body: bytes, code: str) -> None:
    with pytest.raises(Poison) as poison:
        decode(body)
    assert poison.value.code == code


def test_an_event_of_no_known_type_cannot_be_made() -> None:
    with pytest.raises(ValueError, match=r"core\.event_types"):
        Event("appointment.teleported", new_id(), EVENT.at)
