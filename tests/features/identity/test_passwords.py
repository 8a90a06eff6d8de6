"""Which passwords are taken, and what hashing them costs whom."""

import unicodedata

import httpx
import pytest

from openvisit.features.identity import passwords
from openvisit.features.identity.errors import WeakPassword
from openvisit.features.identity.password_rules import check, is_common
from openvisit.settings import Settings
from tests.features.identity.steps import Postbox, account, registration

ANA = "ana.flores@example.org"

WEAK = {
    "sunshine": "short",
    "a" * 11: "short",
    "twelve words" * 11: "long",
    "password1234": "common",
    "Password1234!": "common",
    "P@ssw0rd2024!": "common",
    "1q2w3e4r5t6y": "common",
    "qwerty123456": "common",
    "leavemealone": "common",
    "monkey987654": "common",
    "ContraseÑa1234": "common",
    "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff441234": "common",  # full-width letters
    "uvuvuvuvuvuvuvuv": "repeats",
    "plum tart plum tart ": "repeats",
    "zyxwvutsrqponm": "sequence",
    "asdfghjkl;lkjhgfdsa": "sequence",
    "ana.flores@example.org": "personal",
    "Ana-Flores-1985": "personal",
    "1985FLORESana!": "personal",
    "openvisit-2027": "context",
    "Telehealth#77": "context",
}
STRONG = [
    "a sentence is easy to remember",
    "correct horse battery staple",
    "thirteen loud lanterns",
    "xK9#mQ2$vL7!",
    "my friend Flores plays the tuba",
    "openvisit is where grandma goes",
    "пятнадцать тихих фонарей",
    "十二文字以上の長い合い言葉です",
    "🦊🐢🦉 met at the old 🌉",
]


@pytest.mark.parametrize(("password", "because"), WEAK.items())
def test_what_guessers_try_first_is_refused_and_the_answer_says_why(password: str, because: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        check(password, ANA, "Ana Flores")
    assert refused.value.data["because"] == because


@pytest.mark.parametrize("password", STRONG)
def test_a_sentence_is_enough(password: str) -> None:
    check(password, ANA, "Ana Flores")


def test_the_list_takes_little_by_chance() -> None:
    """The digests are of 32 bits: of so many passwords that nobody used, three would be on it."""
    assert sum(is_common(f"{number} of nobody's words") for number in range(100_000)) < 30


@pytest.mark.parametrize("way", ["register", "verify", "reset"])
async def test_a_weak_password_is_refused_wherever_one_is_chosen(
    browser: httpx.AsyncClient, postbox: Postbox, way: str
) -> None:
    body = registration(ANA)
    if way == "register":
        body["password"] = "Password1234!"
    else:
        await account(browser, postbox, ANA)
        await browser.post("/api/auth/forgot", json={"email": ANA})
        body = {"email": ANA, "code": await postbox.code(), "password": "Password1234!"}
    refused = await browser.post(f"/api/auth/{way}", json=body)
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["because"]) == (422, "weak_password", "common")
    assert problem["errors"][0]["path"] == "body.password"


async def test_ones_own_name_is_refused_only_once_the_code_was_right(
    browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    """A stranger must not learn from a password's refusal what the person is called."""
    await account(browser, postbox, "someone.else@example.org")
    await browser.post("/api/auth/forgot", json={"email": "someone.else@example.org"})
    code = await postbox.code()
    body = {"email": "someone.else@example.org", "password": "Ana-Flores-1985"}
    guessed = f"{(int(code) + 1) % 1_000_000:06d}"
    assert (await browser.post("/api/auth/reset", json={**body, "code": guessed})).json()["code"] == "code_invalid"
    assert (await browser.post("/api/auth/reset", json={**body, "code": code})).json()["because"] == "personal"
    chosen = await browser.post("/api/auth/reset", json={**body, "code": code, "password": "thirteen loud lanterns"})
    assert chosen.status_code == 200


async def test_a_password_is_the_same_from_every_keyboard(browser: httpx.AsyncClient, postbox: Postbox) -> None:
    composed = unicodedata.normalize("NFC", "ñandúes y ciempiés rápidos")
    apart = unicodedata.normalize("NFD", composed)
    assert composed != apart
    await browser.post("/api/auth/register", json=registration(ANA, composed))
    await browser.post("/api/auth/verify", json={"email": ANA, "code": await postbox.code()})
    for typed in (composed, apart):
        assert (await browser.post("/api/auth/login", json={"email": ANA, "password": typed})).status_code == 200


async def test_a_dearer_price_makes_hashes_anew() -> None:
    defaults = Settings(database_url="postgresql:///openvisit")
    passwords.configure(memory_kib=64, passes=1)
    cheap = await passwords.hash_of("a sentence")
    try:
        passwords.configure(memory_kib=defaults.argon2_memory_kib, passes=defaults.argon2_passes)
        assert passwords.needs_rehash(cheap)
        dear = await passwords.hash_of("a sentence")
        assert "m=65536,t=4" in dear
        assert await passwords.matches(cheap, "a sentence")
        assert not passwords.needs_rehash(dear)
    finally:
        passwords.configure(memory_kib=64, passes=1)
