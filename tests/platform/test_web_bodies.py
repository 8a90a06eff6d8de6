"""What cannot be read is a bad request, told as a problem document; never a fault of ours."""

from urllib.parse import quote

import pytest

from tests.support.cast import Scene

PROBLEM = "application/problem+json"
BAD = {
    "no JSON": b"full_name=Ana",
    "half a document": b'{"full_name": "A',
    "bytes that are not UTF-8, in a string": b'{"full_name": "\xff\xfe"}',
    "bytes that are not UTF-8, outside of one": b"\xff",
    "UTF-16": '{"full_name": "Ana"}'.encode("utf-16"),
    "half of a surrogate pair": b'{"full_name": "\\ud800"}',
    "nested too deeply": b'{"x":' + b"[" * 100_000,
    "two documents": b"{}{}",
    "not a number": b'{"full_name": NaN}',
}
WRONG = {
    "a list": b"[]",
    "nothing": b"null",
    "a number for a text": b'{"full_name": 7}',
    "a number too large for any": b'{"full_name": 1e999}',
    "a text for a list": b'{"language": ["en"]}',
    "NUL": b'{"full_name": "a\\u0000"}',
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
async def test_a_body_that_cannot_be_read_is_a_bad_request(shared_scene: Scene, body: bytes) -> None:
    answer = await shared_scene.patient.client.patch(
        "/api/me", content=body, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG.keys())
async def test_a_body_of_another_shape_is_refused_and_its_place_named(shared_scene: Scene, body: bytes) -> None:
    answer = await shared_scene.patient.client.patch("/api/me", content=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["errors"][0]["path"].startswith("body")
    assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"wheelchair_accessible": 0}, "body.wheelchair_accessible"),
        ({"wheelchair_accessible": "true"}, "body.wheelchair_accessible"),
        ({"coordinates": {"latitude": "40", "longitude": 0}}, "body.coordinates.latitude"),
    ],
)
async def test_json_means_what_it_says(shared_scene: Scene, value: dict[str, object], path: str) -> None:
    answer = await shared_scene.staff.client.patch(f"/api/locations/{shared_scene.clinic.location_id}", json=value)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == path


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/a%00.js",
        pytest.param("/assets/" + "a" * 5_000, id="a very long one"),
        pytest.param("/" + "../" * 50 + "etc/passwd", id="up and up"),
        pytest.param("/" + quote("../" * 50 + "etc/passwd", safe=""), id="up and up, quoted"),
        "/assets/%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
        "/%ff%fe",
        "/api/%00",
        "/api/providers/%00",
        "/api/providers/not-an-id",
        "/api/providers/018f-",
        "/api/appointments/availability/00000000-0000-0000-0000-000000000000/tomorrow",
        "/dev/mail/..%2f..%2fsecret",
        "/dev/mail/%00",
    ],
)
async def test_a_path_that_leads_nowhere_is_said_to(shared_scene: Scene, path: str) -> None:
    answer = await shared_scene.app.client.get(path)
    assert answer.status_code in (200, 404), answer.text
    if answer.status_code == 200:
        assert "<title>OpenVisit" in answer.text  # a page of the web app, which finds out for itself
    else:
        assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize(
    "query", ["limit=%ff", "limit=1%00", "q=%00", "cursor=%00", "cursor=eyJ", "q=%ff%fe", "limit=99999999999999999999"]
)
async def test_a_query_of_odd_bytes_is_no_fault_of_ours(shared_scene: Scene, query: str) -> None:
    for path in ("/api/providers", "/api/appointments", "/api/patients", "/api/rooms"):
        answer = await shared_scene.staff.client.get(f"{path}?{query}")
        assert answer.status_code in (200, 422), f"{path}: {answer.text}"


async def test_an_unknown_method_is_refused_and_told_which_there_are(shared_scene: Scene) -> None:
    for method in ("DELETE", "TRACE", "BREW"):
        answer = await shared_scene.app.client.request(method, "/api/me")
        assert (answer.status_code, answer.headers["content-type"]) == (405, PROBLEM)
        assert {"GET", "PATCH"} <= {name.strip() for name in answer.headers["allow"].split(",")}


async def test_odd_headers_are_no_fault_of_ours(shared_scene: Scene) -> None:
    for headers in (
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"Authorization": b"Bearer \xff\xfe"},
        {"Cookie": "=;=;;\x7f"},
        {"Accept-Language": "\xe9" * 500},
        {"If-Match": "not a tag"},
        {"Content-Type": "text/plain; charset=\xff"},
    ):
        encoded = {name: v if isinstance(v, bytes) else v.encode("latin-1") for name, v in headers.items()}
        answer = await shared_scene.app.client.patch("/api/me", content=b"{}", headers=encoded)
        assert answer.status_code == 401, answer.text
        assert answer.headers["www-authenticate"] == "Bearer"
