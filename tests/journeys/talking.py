"""Conversations in journeys: people who have keys, and what they write and read."""

from playwright.sync_api import Locator, Page, expect

from tests.journeys.calling import MEDIA, SMALL_PICTURES
from tests.journeys.conftest import Visitors
from tests.journeys.installation import Account
from tests.journeys.visitor import Visitor

SLOW = 30_000
"""How long several browsers on two processors may take, in milliseconds."""


def log(page: Page) -> Locator:
    """The messages that a page shows."""
    return page.get_by_role("log", name="Messages")


def make_phrase(page: Page) -> str:
    """Make keys, write the phrase down, and prove it."""
    page.get_by_role("button", name="Make a phrase").click(timeout=SLOW)
    words = write_down(page)
    expect(page.get_by_label("Message", exact=True)).to_be_visible(timeout=SLOW)
    return words


def write_down(page: Page) -> str:
    """Read a phrase that is shown once, and prove that it was written down."""
    listed = page.get_by_role("list", name="Recovery phrase").get_by_role("listitem")
    expect(listed).to_have_count(9)
    words = listed.all_inner_texts()
    page.get_by_role("button", name="I have written it down").click()
    page.get_by_label("Word 3").fill("wrong")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("These are not the words")).to_be_visible()
    for number in (3, 8):
        page.get_by_label(f"Word {number}").fill(words[number - 1])
    page.get_by_role("button", name="Finish").click()
    return " ".join(words)


def say(page: Page, text: str) -> None:
    """Write a message, and see that it has left."""
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_label("Message", exact=True).press("Enter")
    expect(log(page).get_by_text(text)).to_be_visible()
    expect(log(page).get_by_text("Waiting to be sent")).to_have_count(0)


def in_calls(visitors: Visitors, name: str, account: Account | None = None) -> Visitor:
    """Somebody with a camera and a microphone."""
    visitor = visitors(name, account, **MEDIA)
    visitor.context.add_init_script(SMALL_PICTURES)
    return visitor


def with_keys(visitor: Visitor, room: str) -> str:
    """Have somebody make the keys that messages and recordings are sealed to; their phrase."""
    return make_phrase(visitor.go(f"/visits/{room}"))
