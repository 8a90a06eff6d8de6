"""A person at a browser of their own, watched for everything that must not happen on the way."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    WebSocket,
    expect,
)
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.journeys.installation import Installation

_REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy violation: ${event.violatedDirective} blocked ${event.blockedURI || 'inline'}`));
"""
_FOCUS_IS_VISIBLE = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return 'nothing has the focus';
  const shown = (element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none';
  };
  if (!at.matches(':focus-visible')) return `the focus is not shown on ${at.outerHTML.slice(0, 200)}`;
  const box = at.getBoundingClientRect();
  if (box.bottom < 0 || box.top > innerHeight) return `the focus is out of sight on ${at.outerHTML.slice(0, 200)}`;
  const wrapper = at.closest('[data-slot], label, .mantine-Input-wrapper, .mantine-Radio-card') ?? at;
  const ringed = shown(at) || shown(wrapper) || at.matches('input, textarea, select');
  return ringed ? '' : `no ring around ${at.outerHTML.slice(0, 200)}`;
}
"""
_NAME_OF_FOCUSED = """
() => {
  const at = document.activeElement;
  const named = at.getAttribute('aria-label') || [...(at.labels ?? [])].map((one) => one.innerText).join(' ');
  return (named || at.innerText || at.value || '').trim();
}
"""
_MOVE = "(path) => { document.activeElement?.blur(); history.pushState({}, '', path); }"
_HAS_COME = "() => document.activeElement?.tagName === 'H1'"
MOST_TABS = 150


PATIENCE = 20_000
"""Milliseconds for what should be there at once, on a machine that does other things as well."""
expect.set_options(timeout=PATIENCE)


class Visitor:
    """One browser context with one page. `faults` is what went wrong; the fixture fails the test on any."""

    def __init__(self, context: BrowserContext, installation: Installation, name: str) -> None:
        self.name = name
        self.context = context
        self.faults: list[str] = []
        self._installation = installation
        self._may_ask: tuple[str, ...] = (installation.address, "data:", "blob:")
        self._expected = {(401, "/api/auth/refresh")}
        self._without_server = False
        context.set_default_timeout(PATIENCE)
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.faults.append(f"page error: {error.error}"))
        context.on("response", self._on_response)
        self.page: Page = context.new_page()
        self.page.on("websocket", self._on_socket)

    def expects(self, status: int, path: str) -> None:
        """A refusal is part of this journey: the status at paths that begin so."""
        self._expected.add((status, path))

    def goes_to(self, address: str) -> None:
        """Another site on the loopback is part of this journey."""
        self._may_ask = (*self._may_ask, address)

    def loses_the_server(self) -> None:
        """The server goes away for a while: that sockets and calls fail is part of this journey."""
        self._without_server = True

    def go(self, path: str) -> Page:
        """Open an address and see its heading."""
        self.page.goto(path)
        self.page.get_by_role("heading", level=1).wait_for()
        return self.page

    def move(self, path: str) -> Page:
        """Go on to another screen of the page that is open, as a link in it does: nothing is loaded anew.

        A change of screen hands the focus to the new heading, which is how one knows that it has come."""
        self.page.evaluate(_MOVE, path)
        self.page.wait_for_function(_HAS_COME)
        return self.page

    def free_times(self) -> Locator:
        """The times in the picker that can be taken."""
        return self.page.locator("[data-slot]:not([data-gone])")

    def tab_to(self, name: str | re.Pattern[str], *, back: bool = False) -> None:
        """Press Tab until the thing of that name (or beginning so) has the focus; its focus must be visible."""
        fits: Callable[[str], Any] = name.search if isinstance(name, re.Pattern) else lambda text: text.startswith(name)
        passed: list[str] = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            passed.append(self.focused())
            if fits(passed[-1]):
                self.focus_is_visible()
                return
        raise AssertionError(f"no {name!r} by Tab; passed {passed}")

    def focused(self) -> str:
        """The name of what has the focus."""
        found: str = self.page.evaluate(_NAME_OF_FOCUSED)
        return found

    def focus_comes_to(self, name: str) -> None:
        """The focus arrives there: a closing dialog hands it back a moment after it is gone."""
        arrived = f"(name) => ({_NAME_OF_FOCUSED})() === name"
        self.page.wait_for_function(arrived, arg=name)

    def asked(self, name: str) -> Locator:
        """A dialog that has opened and taken the focus: who types before that types into what lies under it."""
        dialog = self.page.get_by_role("dialog", name=name)
        expect(dialog).to_be_visible()
        expect(dialog.locator(":focus")).to_have_count(1)
        return dialog

    def focus_is_visible(self) -> None:
        """The focus is on the screen, once it has scrolled there, and looks different from the rest."""
        with suppress(PlaywrightTimeout):
            self.page.wait_for_function(f"() => !({_FOCUS_IS_VISIBLE})()", timeout=3_000)
        complaint = self.page.evaluate(_FOCUS_IS_VISIBLE)
        assert not complaint, complaint

    def keep(self, folder: Path) -> None:
        """Save what went wrong, and what the person saw last where their page is still open."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.txt").write_text("\n".join([self.page.url, *self.faults]) + "\n")
        if not self.page.is_closed():
            self.page.screenshot(path=folder / f"{self.name}.png", full_page=True)

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(self._may_ask):
            self.faults.append(f"asked for {request.url}")

    def _on_socket(self, socket: WebSocket) -> None:
        if not socket.url.startswith(tuple(address.replace("http", "ws", 1) for address in self._may_ask)):
            self.faults.append(f"opened {socket.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        # The browser's own line for a refused call; the call itself is judged by `_on_response`.
        if self._without_server and message.text.startswith("WebSocket connection"):
            return
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text}")

    def _on_response(self, response: Response) -> None:
        address = next(filter(response.url.startswith, self._may_ask), "")
        path = response.url.removeprefix(address)
        expected = any(response.status == status and path.startswith(start) for status, start in self._expected)
        expected = expected or (self._without_server and response.status >= 500)
        if response.status >= 400 and not expected:
            self.faults.append(f"{response.request.method} {path}: {response.status}")
