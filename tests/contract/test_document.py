"""The description of the API is whole: valid OpenAPI 3.1, and every operation says what a caller needs to know."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from openvisit.core.permissions import POLICY, needs_sign_in
from openvisit.main.web import openapi_document
from openvisit.platform.web.problems import MEDIA_TYPE

DOCUMENT = openapi_document()
Operation = tuple[str, dict[str, Any]]


def operations() -> Iterator[Operation]:
    """Each operation with the method and path that name it."""
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


each_operation = pytest.mark.parametrize("operation", [pytest.param(o, id=name) for name, o in operations()])


def test_the_document_is_valid_openapi() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_no_two_operations_have_the_same_id() -> None:
    times = Counter(operation["operationId"] for _, operation in operations())
    assert [name for name, found in times.items() if found > 1] == []


@each_operation
def test_an_operation_has_words_and_a_permission(operation: dict[str, Any]) -> None:
    assert operation["summary"]
    words = operation["description"].partition("Permission:")[0]
    # Moves of a visit share one handler: their summary is all there is to say.
    assert words.strip() or operation["operationId"].startswith("appointment_")
    assert operation["x-permission"] in POLICY
    assert ({} not in operation["security"]) is needs_sign_in(operation["x-permission"])
    assert {"bearer": []} in operation["security"]


@each_operation
def test_each_error_of_an_operation_is_described_and_shown(operation: dict[str, Any]) -> None:
    shown = {
        code
        for answer in operation["responses"].values()
        for code in answer.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {})
    }
    assert shown - {"bad_request"} == set(operation["x-error-codes"]) - _told_otherwise(operation)
    assert {"400", "401", "422", "429", "503"} <= operation["responses"].keys()
    assert ("403" in operation["responses"]) or not needs_sign_in(operation["x-permission"])
    for answer in operation["responses"].values():
        assert answer["description"]


@each_operation
def test_each_message_has_an_example_that_fits_its_schema(operation: dict[str, Any]) -> None:
    for media_type, media in _messages(operation):
        if media_type.startswith("image/") or media_type in ("application/zip", "application/octet-stream"):
            continue  # a picture, an archive or ciphertext in text would help nobody
        examples = [media["example"]] if "example" in media else [e["value"] for e in media["examples"].values()]
        assert examples
        schema = {**media["schema"], "components": DOCUMENT["components"]}
        for example in examples:
            jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(example)


def _messages(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for message in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from message.get("content", {}).items()


def _told_otherwise(operation: dict[str, Any]) -> set[str]:
    """Readiness tells by a body of its own what is not available."""
    return {"unavailable"} if operation["operationId"] == "ready" else set()
