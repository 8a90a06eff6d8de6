"""Signing in by two factors: tickets, codes of an app, recovery codes."""

import asyncio
from collections import Counter

import httpx
import pyotp

from openvisit.platform.db import fetch_all, fetch_one
from openvisit.settings import Settings
from tests.features.identity.factor_steps import EMAIL, code, first_step, second_step, told, with_app
from tests.features.identity.steps import PASSWORD, Postbox, account, bearer, code_in
from tests.support.application import Application, client_of, running
from tests.support.clock import StandingClock


async def test_an_app_is_asked_for_its_code(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    due = await first_step(browser)
    assert (due["expires_in"], due["factors"]) == (300, ["totp", "recovery-code"])
    opened = await second_step(browser, due["ticket"], "totp", code(secret, clock))
    assert opened.status_code == 200, opened.text
    assert opened.json()["user"]["email"] == EMAIL
    assert (await browser.get("/api/me", headers=bearer(opened.json()))).status_code == 200
    async with app.parts.db.connection() as connection:
        row = await fetch_one(connection, "SELECT amr FROM session ORDER BY created_at DESC, id DESC LIMIT 1")
    assert row is not None
    assert set(row["amr"]) == {"pwd", "otp", "mfa"}


async def test_the_first_factor_alone_opens_nothing(
    app: Application,
    browser: httpx.AsyncClient,
    other_browser: httpx.AsyncClient,
    postbox: Postbox,
    clock: StandingClock,
) -> None:
    await with_app(browser, postbox, clock)
    async with app.parts.db.connection() as connection:
        before = await fetch_all(connection, "SELECT id FROM session")
        due = await first_step(other_browser)
        assert await fetch_all(connection, "SELECT id FROM session") == before
    assert "access_token" not in due
    assert (await other_browser.post("/api/auth/refresh")).status_code == 401


async def test_a_secret_counts_only_once_its_code_was_given(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    signed_in = bearer(await account(browser, postbox, EMAIL))
    begun = (await browser.post("/api/me/totp", headers=signed_in)).json()
    assert pyotp.parse_uri(begun["uri"]).secret == begun["secret"]
    assert begun["uri"].startswith("otpauth://totp/OpenVisit:ana%40example.org?")
    assert begun["qr_svg"].startswith("<svg xmlns=")
    login = {"email": EMAIL, "password": PASSWORD}
    assert (await other_browser.post("/api/auth/login", json=login)).status_code == 200, "not confirmed, not asked for"
    wrong = f"{(int(code(begun['secret'], clock)) + 1) % 1_000_000:06d}"
    answer = await browser.post("/api/me/totp/confirm", json={"code": wrong}, headers=signed_in)
    assert told(answer) == (422, "proof_wrong")
    right = {"code": code(begun["secret"], clock)}
    assert (await browser.post("/api/me/totp/confirm", json=right, headers=signed_in)).status_code == 200
    again = await browser.post("/api/me/totp/confirm", json=right, headers=signed_in)
    assert told(again) == (409, "nothing_to_confirm")
    assert (await browser.post("/api/auth/login", json=login)).status_code == 202


async def test_a_code_counts_a_step_early_and_late_and_no_further(
    browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    clock.advance(minutes=5)
    for steps, status in ((-2, 422), (2, 422), (-1, 200), (0, 200), (1, 200)):
        due = await first_step(browser)
        assert (await second_step(browser, due["ticket"], "totp", code(secret, clock, steps))).status_code == status
    # A step is used up with all before it (RFC 6238 section 5.2).
    for steps in (-1, 0, 1):
        due = await first_step(browser)
        answer = await second_step(browser, due["ticket"], "totp", code(secret, clock, steps))
        assert told(answer) == (422, "proof_wrong")


async def test_a_code_used_by_many_at_once_opens_one_session(
    settings: Settings, app: Application, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    """Over two applications on one database, as two processes are."""
    secret, _ = await with_app(browser, postbox, clock)
    async with running(settings, clock) as other:
        racers = [_fresh(one) for one in (app, other) for _ in range(6)]
        tickets = [(await first_step(racer))["ticket"] for racer in racers]
        same = code(secret, clock)
        answers = await asyncio.gather(
            *(second_step(racer, ticket, "totp", same) for racer, ticket in zip(racers, tickets, strict=True))
        )
        for racer in racers:
            await racer.aclose()
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[200] == 1, statuses
    assert set(statuses) <= {200, 422, 429}


async def test_a_code_that_signed_in_does_not_step_up(
    browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    due = await first_step(browser)
    used = code(secret, clock)
    signed_in = bearer((await second_step(browser, due["ticket"], "totp", used)).json())
    proof = {"kind": "totp", "secret": used}
    assert told(await browser.post("/api/auth/step-up", json=proof, headers=signed_in)) == (422, "proof_wrong")
    by_password = {"kind": "password", "secret": PASSWORD}
    assert (await browser.post("/api/auth/step-up", json=by_password, headers=signed_in)).status_code == 422
    clock.advance(seconds=30)
    proof["secret"] = code(secret, clock)
    assert (await browser.post("/api/auth/step-up", json=proof, headers=signed_in)).status_code == 204


async def test_a_ticket_is_good_once(browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock) -> None:
    _, recovery = await with_app(browser, postbox, clock)
    ticket = (await first_step(browser))["ticket"]
    kept = dict(browser.cookies)
    assert (await second_step(browser, ticket, "recovery-code", recovery[0])).status_code == 200
    browser.cookies.update(kept)
    assert told(await second_step(browser, ticket, "recovery-code", recovery[1])) == (401, "ticket_invalid")


async def test_a_ticket_used_twice_at_once_opens_one_session(
    browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    _, recovery = await with_app(browser, postbox, clock)
    ticket = (await first_step(browser))["ticket"]
    answers = await asyncio.gather(*(second_step(browser, ticket, "recovery-code", one) for one in recovery[:4]))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: 3}
    security = await browser.get("/api/me/security", headers=bearer(_won(answers)))
    assert security.json()["recovery_codes_left"] == 9, "those that came too late are still good"


async def test_a_ticket_is_of_no_use_in_another_browser(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    ticket = (await first_step(browser))["ticket"]
    assert told(await second_step(other_browser, ticket, "totp", code(secret, clock))) == (401, "ticket_invalid")
    await first_step(other_browser)  # a cookie of its own does not help
    assert told(await second_step(other_browser, ticket, "totp", code(secret, clock))) == (401, "ticket_invalid")
    asked = await other_browser.post("/api/auth/factor/options", json={"ticket": ticket})
    assert told(asked) == (401, "ticket_invalid")
    assert (await second_step(browser, ticket, "totp", code(secret, clock))).status_code == 200


async def test_a_ticket_lasts_five_minutes(browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    ticket = (await first_step(browser))["ticket"]
    clock.advance(minutes=5)
    assert told(await second_step(browser, ticket, "totp", code(secret, clock))) == (401, "ticket_invalid")


async def test_a_ticket_takes_five_tries_and_a_person_ten_an_hour(
    browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    for _ in range(2):
        ticket = (await first_step(browser))["ticket"]
        for _ in range(5):
            assert told(await second_step(browser, ticket, "totp", _wrong(secret, clock))) == (422, "proof_wrong")
        assert told(await second_step(browser, ticket, "totp", code(secret, clock))) == (401, "ticket_invalid")
    ticket = (await first_step(browser))["ticket"]
    assert (await second_step(browser, ticket, "totp", code(secret, clock))).status_code == 429
    clock.advance(hours=1)
    ticket = (await first_step(browser))["ticket"]
    assert (await second_step(browser, ticket, "totp", code(secret, clock))).status_code == 200


async def test_guesses_are_counted_for_the_person_over_processes(
    settings: Settings, app: Application, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    async with running(settings, clock) as other:
        racers = [_fresh(one) for one in (app, other) for _ in range(8)]
        tickets = [(await first_step(racer))["ticket"] for racer in racers]
        wrong = _wrong(secret, clock)
        answers = await asyncio.gather(
            *(second_step(racer, ticket, "totp", wrong) for racer, ticket in zip(racers, tickets, strict=True))
        )
        for racer in racers:
            await racer.aclose()
    assert Counter(answer.status_code for answer in answers) == {422: 10, 429: 6}


async def test_a_new_password_by_mail_does_not_pass_by_the_second_factor(
    browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    assert (await browser.post("/api/auth/forgot", json={"email": EMAIL})).status_code == 202
    mails = [m for m in await postbox.deliver() if m["Subject"] == "Choose a new OpenVisit password"]
    body = {"email": EMAIL, "code": code_in(mails[-1]), "password": "thirteen loud lanterns"}
    reset = await browser.post("/api/auth/reset", json=body)
    assert reset.status_code == 202
    assert (await second_step(browser, reset.json()["ticket"], "totp", code(secret, clock))).status_code == 200


async def test_a_sign_in_that_began_with_the_old_password_ends_with_it(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    ticket = (await first_step(browser))["ticket"]
    signed_in = bearer((await second_step(browser, ticket, "totp", code(secret, clock))).json())
    thief = (await first_step(other_browser))["ticket"]
    body = {"current": PASSWORD, "password": "thirteen loud lanterns"}
    assert (await browser.post("/api/me/password", json=body, headers=signed_in)).status_code == 204
    clock.advance(seconds=30)
    late = await second_step(other_browser, thief, "totp", code(secret, clock))
    assert told(late) == (401, "ticket_invalid")


async def test_recovery_codes_are_good_once_each_and_told_by_mail(
    browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    _, recovery = await with_app(browser, postbox, clock)
    assert len(set(recovery)) == 10
    await postbox.deliver()
    ticket = (await first_step(browser))["ticket"]
    typed = recovery[3].upper().replace("-", " ")
    signed_in = bearer((await second_step(browser, ticket, "recovery-code", typed)).json())
    (mail,) = [m for m in await postbox.deliver() if "recovery code" in m["Subject"]]
    assert recovery[3] not in mail.as_string()
    security = (await browser.get("/api/me/security", headers=signed_in)).json()
    assert security["recovery_codes_left"] == 9
    ticket = (await first_step(browser))["ticket"]
    assert told(await second_step(browser, ticket, "recovery-code", recovery[3])) == (422, "proof_wrong")
    renewed = (await browser.post("/api/me/recovery-codes", headers=signed_in)).json()["codes"]
    assert not set(renewed) & set(recovery)
    assert told(await second_step(browser, ticket, "recovery-code", recovery[4])) == (422, "proof_wrong")
    assert (await second_step(browser, ticket, "recovery-code", renewed[0])).status_code == 200


async def test_one_recovery_code_used_by_many_at_once_opens_one_session(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    _, recovery = await with_app(browser, postbox, clock)
    racers = [_fresh(app) for _ in range(8)]
    tickets = [(await first_step(racer))["ticket"] for racer in racers]
    answers = await asyncio.gather(
        *(
            second_step(racer, ticket, "recovery-code", recovery[0])
            for racer, ticket in zip(racers, tickets, strict=True)
        )
    )
    for racer in racers:
        await racer.aclose()
    assert Counter(answer.status_code for answer in answers) == {200: 1, 422: 7}


async def test_the_database_holds_neither_secret_nor_codes(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, recovery = await with_app(browser, postbox, clock)
    async with app.parts.db.connection() as connection:
        rows = [
            *await fetch_all(connection, "SELECT * FROM totp"),
            *await fetch_all(connection, "SELECT * FROM recovery_code"),
        ]
    kept = b"".join(
        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for r in rows for v in r.values()
    )
    assert secret.encode() not in kept
    assert not any(one.encode() in kept or one.replace("-", "").encode() in kept for one in recovery)


async def test_removing_the_app_ends_the_second_step_and_is_told_by_mail(
    browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    ticket = (await first_step(browser))["ticket"]
    signed_in = bearer((await second_step(browser, ticket, "totp", code(secret, clock))).json())
    await postbox.deliver()
    assert (await browser.delete("/api/me/totp", headers=signed_in)).status_code == 204
    assert told(await browser.delete("/api/me/totp", headers=signed_in)) == (409, "no_factor")
    (mail,) = await postbox.deliver()
    assert mail["Subject"] == "The authenticator app was removed from your OpenVisit account"
    security = (await browser.get("/api/me/security", headers=signed_in)).json()
    assert (security["totp"], security["recovery_codes_left"]) == (None, 0)
    body = {"email": EMAIL, "password": PASSWORD}
    assert (await browser.post("/api/auth/login", json=body)).status_code == 200


async def test_another_app_takes_the_place_of_the_first_once_it_is_confirmed(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    old, _ = await with_app(browser, postbox, clock)
    ticket = (await first_step(browser))["ticket"]
    signed_in = bearer((await second_step(browser, ticket, "totp", code(old, clock))).json())
    new = (await browser.post("/api/me/totp", headers=signed_in)).json()["secret"]
    clock.advance(seconds=30)
    ticket = (await first_step(other_browser))["ticket"]
    entered = await second_step(other_browser, ticket, "totp", code(old, clock))
    assert entered.status_code == 200, "until it is confirmed"
    confirmed = await browser.post("/api/me/totp/confirm", json={"code": code(new, clock)}, headers=signed_in)
    assert confirmed.json() == {"recovery_codes": None}, "those that were shown stay good"
    clock.advance(seconds=30)
    ticket = (await first_step(browser))["ticket"]
    assert (await second_step(browser, ticket, "totp", code(old, clock))).status_code == 422
    assert (await second_step(browser, ticket, "totp", code(new, clock))).status_code == 200


async def test_the_second_step_is_not_taken_from_another_site(
    browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    ticket = (await first_step(browser))["ticket"]
    body = {"ticket": ticket, "proof": {"kind": "totp", "secret": code(secret, clock)}}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.test"}):
        assert (await browser.post("/api/auth/factor", json=body, headers=headers)).status_code == 403
    assert (await browser.post("/api/auth/factor", json=body)).status_code == 200


def _fresh(app: Application) -> httpx.AsyncClient:
    return client_of(app.asgi)


def _wrong(secret: str, clock: StandingClock) -> str:
    near = {code(secret, clock, steps) for steps in (-1, 0, 1)}
    return next(f"{n:06d}" for n in range(5) if f"{n:06d}" not in near)


def _won(answers: list[httpx.Response]) -> dict[str, str]:
    (one,) = [answer.json() for answer in answers if answer.status_code == 200]
    signed_in: dict[str, str] = one
    return signed_in
