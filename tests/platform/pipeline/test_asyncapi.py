"""The description of the events says what is sent."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import yaml

from openvisit.core.event_types import TYPES
from openvisit.core.ids import new_id
from openvisit.main.asyncapi import document
from openvisit.platform.events import Event
from openvisit.platform.pipeline.cloud_events import CONTENT_TYPE, encode
from tests.platform.pipeline.conftest import NOON, SOURCE

DOCUMENT: dict[str, Any] = yaml.safe_load(document())


def test_it_is_the_same_each_time() -> None:
    assert document() == document()


def test_every_reference_leads_somewhere() -> None:
    found = list(references(DOCUMENT))
    assert found
    for reference in found:
        assert at(reference)


def test_every_event_has_a_channel_and_fits_what_is_said_of_it() -> None:
    assert DOCUMENT["asyncapi"].startswith("3.")
    assert DOCUMENT["defaultContentType"] == CONTENT_TYPE
    for type_ in TYPES:
        (message,) = DOCUMENT["channels"][type_]["messages"].values()
        told = yaml.safe_load(encode(Event(type_, new_id(), NOON, {"status": "scheduled", "minutes": 5}), SOURCE))
        jsonschema.validate(told, at(at(message["$ref"])["payload"]["$ref"]))


def test_what_is_no_such_event_does_not_fit() -> None:
    (message,) = DOCUMENT["channels"]["appointment.booked"]["messages"].values()
    schema = at(at(message["$ref"])["payload"]["$ref"])
    other = yaml.safe_load(encode(Event("appointment.cancelled", new_id(), NOON), SOURCE))
    assert not jsonschema.Draft202012Validator(schema).is_valid(other)


def at(reference: str) -> dict[str, Any]:
    """The part of the document that a reference names."""
    part = DOCUMENT
    for name in reference.removeprefix("#/").split("/"):
        part = part[name]
    return part


def references(part: Any) -> Iterator[str]:
    """Every reference in a part of the document."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)
