"""What every answer says to a browser about how far it may be trusted."""

import gzip
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from openvisit.main.parts import build
from openvisit.main.web import edge, litestar
from openvisit.settings import Settings
from tests.support.application import client_of
from tests.support.cast import Scene

INDEX = """<!doctype html><html lang="en"><head><title>OpenVisit</title>
<meta name="csp-nonce" content="__CSP_NONCE__"></head><body></body></html>"""
NONCE = re.compile(r"'nonce-([A-Za-z0-9_-]{16,})'")
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
Policy = dict[str, list[str]]


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """Settings with a web app built: a page and a file with a digest in its name. No database is asked for."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text(INDEX)
    (dist / "assets" / "app-4f3a.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("not for the web")
    return Settings(database_url="postgresql://127.0.0.1:1/none", web_dist=str(dist), openvisit_data_dir=str(tmp_path))


def opened(settings: Settings) -> httpx.AsyncClient:
    """A browser at the site."""
    return client_of(edge(litestar(build(settings)), settings))


def policy(answer: httpx.Response) -> Policy:
    """The content security policy of an answer, by directive."""
    parts = [part.split() for part in answer.headers["content-security-policy"].split(";")]
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("path", ["/api/providers", "/api/me", "/api/nothing", "/health/live", "/", "/api/docs"])
async def test_every_answer_has_the_security_headers(shared_scene: Scene, path: str) -> None:
    answer = await shared_scene.app.client.get(path)
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    for power in ("camera", "microphone", "display-capture"):
        assert f"{power}=(self)" in answer.headers["permissions-policy"].split(", ")
    assert len(answer.headers.get_list("content-security-policy")) == 1
    assert "frame-ancestors" in policy(answer)
    assert "server" not in answer.headers


async def test_answers_of_the_api_are_never_kept_and_load_nothing(shared_scene: Scene) -> None:
    answer = await shared_scene.patient.client.get("/api/me")
    assert answer.headers["cache-control"] == "no-store"
    assert policy(answer)["default-src"] == ["'none'"]


async def test_a_page_runs_our_own_scripts_alone(site: Settings) -> None:
    async with opened(site) as browser:
        answer = await browser.get("/find/somebody")
    rules = policy(answer)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert rules["default-src"] == rules["script-src"] == rules["connect-src"] == ["'self'"]
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == ["'none'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} & {v for vs in rules.values() for v in vs}


@pytest.mark.parametrize(
    ("server", "origins"),
    [
        ("wss://media.example", ["wss://media.example", "https://media.example"]),
        ("ws://127.0.0.1:7880/sfu", ["ws://127.0.0.1:7880", "http://127.0.0.1:7880"]),
    ],
)
async def test_a_page_may_talk_to_the_media_server_that_is_set(site: Settings, server: str, origins: list[str]) -> None:
    settings = replace(site, livekit_url=server, livekit_api_key="key", livekit_api_secret="secret")
    async with opened(settings) as browser:
        rules = policy(await browser.get("/"))
    assert rules["connect-src"] == ["'self'", *origins]
    assert rules["worker-src"] == rules["script-src"] == ["'self'"]


async def test_a_page_may_talk_to_twilio_where_it_is_set_up(site: Settings) -> None:
    settings = replace(site, twilio_account_sid="AC1", twilio_video_key="SK1", twilio_video_secret="secret")
    async with opened(settings) as browser:
        rules = policy(await browser.get("/"))
    assert rules["connect-src"] == ["'self'", "wss://global.vss.twilio.com"]
    assert rules["script-src"] == ["'self'"]


async def test_each_page_has_a_nonce_of_its_own(site: Settings) -> None:
    async with opened(site) as browser:
        pages = [await browser.get(path) for path in ("/", "/", "/visits", "/find/somebody")]
    nonces = [found[1] for page in pages if (found := NONCE.search(page.headers["content-security-policy"]))]
    assert len(set(nonces)) == len(pages)
    for page, nonce in zip(pages, nonces, strict=True):
        assert f'content="{nonce}"' in page.text
        assert "__CSP_NONCE__" not in page.text


async def test_the_readers_of_the_description_load_our_own_files_alone(shared_scene: Scene) -> None:
    for path in ("/api/docs", "/api/reference"):
        answer = await shared_scene.app.client.get(path)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert policy(answer)["default-src"] == ["'none'"]
        assert policy(answer)["script-src"] == ["'self'"]
        assert "<script>" not in answer.text
        assert not re.search(r'(src|href)="(https?:)?//', answer.text)


async def test_a_file_with_a_digest_in_its_name_is_kept_for_ever_and_nothing_else_is_served(site: Settings) -> None:
    async with opened(site) as browser:
        asset = await browser.get("/assets/app-4f3a.js")
        assert asset.text == "export {}"
        assert "immutable" in asset.headers["cache-control"]
        assert asset.headers["content-type"].startswith("text/javascript")
        for path in ("/assets/gone-1.js", "/secret.txt", "/%2e%2e/secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt"):
            assert (await browser.get(path)).status_code == 404, path


@pytest.mark.parametrize(
    ("accepts", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.9", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*;q=0.1", "br"),
        ("identity, br;q=0.2", None),
        ("br;q=none", None),
        ("", None),
    ],
)
async def test_a_file_comes_in_the_form_the_browser_takes(site: Settings, accepts: str, coding: str | None) -> None:
    plain = Path(site.web_dist) / "assets" / "app-4f3a.js"
    plain.with_name("app-4f3a.js.br").write_bytes(b"packed by Brotli")
    plain.with_name("app-4f3a.js.gz").write_bytes(gzip.compress(plain.read_bytes()))
    sent = {"br": b"packed by Brotli", "gzip": plain.with_name("app-4f3a.js.gz").read_bytes(), None: b"export {}"}
    async with opened(site) as browser:
        asked = browser.build_request("GET", "/assets/app-4f3a.js", headers={"Accept-Encoding": accepts})
        answer = await browser.send(asked, stream=True)
        body = b"".join([part async for part in answer.aiter_raw()])
        assert (answer.headers.get("content-encoding"), body) == (coding, sent[coding])
        assert answer.headers["content-length"] == str(len(body))
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert (await browser.get("/assets/app-4f3a.js.gz")).status_code == 404, "a form is no file of its own"


async def test_a_file_that_is_known_is_not_sent_again_until_it_changes(site: Settings) -> None:
    boot = Path(site.web_dist) / "boot.js"
    boot.write_text("first()")
    async with opened(site) as browser:
        first = await browser.get("/boot.js")
        assert (first.text, first.headers["cache-control"]) == ("first()", "no-cache")
        known = {"If-None-Match": f'"another", W/{first.headers["etag"]}'}
        again = await browser.get("/boot.js", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        boot.write_text("second()")
        changed = await browser.get("/boot.js", headers=known)
        assert (changed.status_code, changed.text) == (200, "second()")
        assert (await browser.head("/boot.js")).headers["content-length"] == "8"


async def test_only_production_insists_on_https(site: Settings) -> None:
    production = replace(site, openvisit_profile="production", public_url="https://visits.example")
    async with opened(site) as browser, opened(production) as visitor:
        assert "strict-transport-security" not in (await browser.get("/")).headers
        for path in ("/", "/api/nothing", "/health/live"):
            assert "max-age=63072000" in (await visitor.get(path)).headers["strict-transport-security"]


async def test_production_has_no_caught_mail(site: Settings) -> None:
    production = replace(site, openvisit_profile="production", public_url="https://visits.example")
    async with opened(production) as visitor:
        assert (await visitor.get("/api/dev/mail")).status_code == 404
        assert "csp-nonce" in (await visitor.get("/dev/mail")).text  # the web app's page, which knows of no such thing


async def test_security_txt_says_whom_to_tell(site: Settings) -> None:
    silent = await opened(site).get("/.well-known/security.txt")
    assert silent.status_code == 404
    answer = await opened(replace(site, security_contact="mailto:safe@clinic.example")).get("/.well-known/security.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert told["Contact"] == "mailto:safe@clinic.example"
    assert timedelta() < datetime.fromisoformat(told["Expires"]) - datetime.now(UTC) < timedelta(days=366)


async def test_strings_become_markup_by_our_policy_alone(site: Settings) -> None:
    found = policy(await opened(site).get("/"))
    assert found["require-trusted-types-for"] == ["'script'"]
    assert found["trusted-types"] == ["default"]
    assert "'unsafe-inline'" not in str(found)
