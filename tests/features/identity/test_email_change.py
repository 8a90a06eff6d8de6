"""Another address for an account: proved by its mailbox, told to both, undone from the old one."""

import asyncio
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from openvisit.platform.db import fetch_all, fetch_one
from tests.features.identity.steps import PASSWORD, Postbox, account, bearer, code_in, registration, token_in
from tests.support.application import Application, client_of

ANA, NEW, BEA = "ana.flores@example.org", "ana@elsewhere.example", "bea.second@example.org"
LOGIN = {"email": ANA, "password": PASSWORD}


def to(message: EmailMessage) -> str:
    """Whom a mail goes to."""
    return str(message["To"].addresses[0].addr_spec)


async def ask(browser: httpx.AsyncClient, signed_in: dict[str, Any], address: str = NEW) -> httpx.Response:
    """Ask for the address."""
    return await browser.post("/api/me/email", json={"email": address}, headers=bearer(signed_in))


async def confirm(browser: httpx.AsyncClient, signed_in: dict[str, Any], code: str) -> httpx.Response:
    """Bring the code."""
    return await browser.post("/api/me/email/confirm", json={"code": code}, headers=bearer(signed_in))


async def changed(browser: httpx.AsyncClient, postbox: Postbox, address: str = NEW) -> tuple[dict[str, Any], str]:
    """Ana with the new address; and the secret that undoes it."""
    ana = await account(browser, postbox, ANA)
    await ask(browser, ana, address)
    assert (await confirm(browser, ana, await postbox.code())).status_code == 200
    told = {to(mail): mail for mail in await postbox.deliver()}
    return ana, token_in(told[ANA], "undo-email")


async def test_the_new_mailbox_proves_it_and_both_are_told(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    ana = await account(browser, postbox, ANA)
    asked = await ask(browser, ana, " Ana@Elsewhere.Example ")
    assert asked.status_code == 202
    (mail,) = await postbox.deliver()
    assert to(mail) == NEW
    until_then = await client_of(app.asgi).post("/api/auth/login", json=LOGIN)
    assert until_then.status_code == 200, "the old one counts until then"
    await postbox.deliver()  # the notice of the new browser
    taken = await confirm(browser, ana, code_in(mail))
    assert (taken.status_code, taken.json()["email"]) == (200, NEW)
    told = {to(mail): mail for mail in await postbox.deliver()}
    assert told.keys() == {ANA, NEW}
    assert NEW not in told[ANA].as_string()
    assert "a...@elsewhere.example" in told[ANA].as_string()
    assert (await client_of(app.asgi).post("/api/auth/login", json=LOGIN)).status_code == 401
    assert (await confirm(browser, ana, code_in(mail))).status_code == 401
    assert (await browser.post("/api/auth/login", json={**LOGIN, "email": NEW})).status_code == 200


async def test_whether_an_address_is_taken_shows_only_to_its_owner(
    app: Application, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    ana = await account(browser, postbox, ANA)
    await account(other_browser, postbox, BEA)
    free, taken = await ask(browser, ana), await ask(browser, ana, BEA)
    assert (free.status_code, free.content) == (taken.status_code, taken.content)
    (told,) = await postbox.deliver()
    assert (to(told), told["Subject"]) == (BEA, "This address has an OpenVisit account already")
    assert "Ana" not in told.as_string()
    assert (await confirm(browser, ana, "000000")).json()["code"] == "code_invalid"


async def test_the_code_of_one_address_does_not_prove_another(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    ana = await account(browser, postbox, ANA)
    await ask(browser, ana)
    code = await postbox.code()
    await ask(browser, ana, "somebody.elses@example.org")
    assert (await confirm(browser, ana, code)).status_code == 401
    await postbox.deliver()
    assert (await confirm(browser, ana, code)).status_code == 401
    assert (await browser.get("/api/me", headers=bearer(ana))).json()["email"] == ANA


async def test_asking_needs_a_fresh_proof(app: Application, browser: httpx.AsyncClient, postbox: Postbox) -> None:
    await account(browser, postbox, ANA)
    app.clock.advance(minutes=11)
    renewed = (await browser.post("/api/auth/refresh")).json()
    refused = await ask(browser, renewed)
    assert (refused.status_code, refused.json()["code"]) == (403, "step-up-needed")
    proof = {"kind": "password", "secret": PASSWORD}
    proved = await browser.post("/api/auth/step-up", json=proof, headers=bearer(renewed))
    assert proved.status_code == 204, proved.text
    assert (await ask(browser, renewed)).status_code == 202


async def test_two_who_want_one_address_race_and_one_gets_it(app: Application, postbox: Postbox) -> None:
    async with client_of(app.asgi) as one, client_of(app.asgi) as other:
        people = [await account(one, postbox, ANA), await account(other, postbox, BEA)]
        for browser, person in zip((one, other), people, strict=True):
            assert (await ask(browser, person)).status_code == 202
        mails = await postbox.deliver()
        codes = [code_in(mail) for mail in mails if to(mail) == NEW]
        assert len(codes) == 2
        pairs = [(b, p, c) for b, p in zip((one, other), people, strict=True) for c in codes]
        answers = await asyncio.gather(*(confirm(*pair) for pair in pairs))
        assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    async with app.parts.db.connection() as connection:
        rows = await fetch_all(
            connection,
            "SELECT id FROM person WHERE email_index = %(index)s",
            {"index": app.parts.vault.address_index(NEW)},
        )
    assert len(rows) == 1


async def test_who_registers_the_address_first_keeps_it(
    app: Application, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    ana = await account(browser, postbox, ANA)
    await ask(browser, ana)
    code = await postbox.code()
    await account(other_browser, postbox, NEW)
    refused = await confirm(browser, ana, code)
    assert (refused.status_code, refused.json()["code"]) == (401, "code_invalid")


async def test_the_old_mailbox_undoes_it_and_locks_the_stranger_out(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    ana, token = await changed(browser, postbox)
    await browser.post("/api/auth/register", json=registration(ANA))  # the stranger, to hold the old address
    await postbox.deliver()
    async with client_of(app.asgi) as mailbox:
        assert (await mailbox.post("/api/auth/undo-email", json={"token": token})).status_code == 204
        assert (await browser.get("/api/me", headers=bearer(ana))).status_code == 401
        assert (await browser.post("/api/auth/refresh")).status_code == 401
        for address in (ANA, NEW):
            assert (await browser.post("/api/auth/login", json={**LOGIN, "email": address})).status_code == 401
        (reset,) = await postbox.deliver()
        assert to(reset) == ANA
        chosen = {"email": ANA, "code": code_in(reset), "password": "eleven quiet lanterns"}
        back = await mailbox.post("/api/auth/reset", json=chosen)
        assert (back.status_code, back.json()["user"]["id"]) == (200, ana["user"]["id"])
        again = await mailbox.post("/api/auth/undo-email", json={"token": token})
        assert (again.status_code, again.json()["code"]) == (401, "link_invalid")


async def test_of_several_changes_the_first_owner_has_the_last_word(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    ana, first = await changed(browser, postbox)
    app.clock.advance(minutes=1)
    await ask(browser, ana, "stranger@elsewhere.example")
    await confirm(browser, ana, await postbox.code())
    told = {to(mail): mail for mail in await postbox.deliver()}
    second = token_in(told[NEW], "undo-email")
    assert (await app.client.post("/api/auth/undo-email", json={"token": second})).status_code == 204
    assert (await app.client.post("/api/auth/undo-email", json={"token": first})).status_code == 204
    async with app.parts.db.connection() as connection:
        row = await fetch_one(connection, "SELECT email_index FROM person")
    assert row is not None
    assert bytes(row["email_index"]) == app.parts.vault.address_index(ANA)


async def test_after_the_first_undo_the_strangers_link_is_gone(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    ana, first = await changed(browser, postbox)
    app.clock.advance(minutes=1)
    await ask(browser, ana, "stranger@elsewhere.example")
    await confirm(browser, ana, await postbox.code())
    second = token_in({to(mail): mail for mail in await postbox.deliver()}[NEW], "undo-email")
    assert (await app.client.post("/api/auth/undo-email", json={"token": first})).status_code == 204
    assert (await app.client.post("/api/auth/undo-email", json={"token": second})).status_code == 401


async def test_a_passkey_the_stranger_left_is_gone_and_an_old_one_stays(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    ana, token = await changed(browser, postbox)
    async with app.parts.db.connection() as connection:
        for number, days in ((1, 30), (2, 0)):
            await connection.execute(
                """INSERT INTO passkey (id, person_id, credential_id, public_key, sign_count, transports, aaguid,
                                        backup_eligible, backed_up, name, created_at)
                   VALUES (gen_random_uuid(), %s, %s, '', 0, '{}', gen_random_uuid(), false, false, %s,
                           %s - make_interval(days => %s))""",
                (ana["user"]["id"], bytes([number]), f"key {number}", app.clock(), days),
            )
        await app.client.post("/api/auth/undo-email", json={"token": token})
        left = await fetch_all(connection, "SELECT name FROM passkey")
    assert [row["name"] for row in left] == ["key 1"]


async def test_a_proved_account_on_the_old_address_is_not_pushed_aside(
    app: Application, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    _, token = await changed(browser, postbox)
    await account(other_browser, postbox, ANA)
    refused = await app.client.post("/api/auth/undo-email", json={"token": token})
    assert (refused.status_code, refused.json()["code"]) == (409, "address_in_use")


async def test_guesses_at_once_are_counted_each(app: Application, browser: httpx.AsyncClient, postbox: Postbox) -> None:
    ana = await account(browser, postbox, ANA)
    await ask(browser, ana)
    code = await postbox.code()
    guesses = [f"{(int(code) + n) % 1_000_000:06d}" for n in range(1, 12)]
    await asyncio.gather(*(confirm(browser, ana, guess) for guess in guesses))
    assert (await confirm(browser, ana, code)).status_code == 401


@pytest.mark.parametrize("address", ["", "no address", "a@b@c", ANA, ANA.upper()])
async def test_what_is_no_new_address_is_refused(browser: httpx.AsyncClient, postbox: Postbox, address: str) -> None:
    ana = await account(browser, postbox, ANA)
    assert (await ask(browser, ana, address)).status_code == 422
