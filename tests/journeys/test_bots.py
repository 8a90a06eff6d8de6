"""A stranger who asks often: the browser does the work that is asked of it, and the person notices nothing."""

from playwright.sync_api import expect

from openvisit.platform.web.bot_defence import ALLOWANCE
from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation


def test_the_browser_works_and_the_person_goes_on(visitors: Visitors, installation: Installation) -> None:
    visitor = visitors("stranger")
    visitor.context.set_extra_http_headers({"X-Forwarded-For": "203.0.113.7"})
    visitor.expects(428, "/api/auth/forgot")
    asked: list[int] = []
    visitor.page.on("response", lambda answer: asked.append(answer.status) if "/forgot" in answer.url else None)
    for number in range(ALLOWANCE["account"] + 1):
        page = visitor.go("/forgot-password")
        page.get_by_label("E-mail address").fill(f"nobody{number}@example.org")
        page.get_by_role("button", name="Send the code").click()
        expect(page.get_by_text("a code is on its way to it")).to_be_visible()
    assert [status for status in asked if status >= 202] == [202] * ALLOWANCE["account"] + [428, 202]
