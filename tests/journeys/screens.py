"""Every screen of the web app, read from its routes, with who may see it."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROUTES = Path(__file__).resolve().parents[2] / "web" / "src" / "app" / "routes"
NOBODY = "nobody"
"""Somebody not signed in."""
ANYBODY = "patient"
"""Who stands for everybody signed in, where the role makes no difference."""

FOR_SIGNED_IN = {"/authorize"}
"""Paths that anybody may open, and where whoever is not signed in is sent to sign in."""


@dataclass(frozen=True)
class Screen:
    """A path with its parameters, such as "/visits/$visitId", and the roles that its guard lets in."""

    path: str
    roles: tuple[str, ...]


def filled(path: str, parameters: dict[str, str]) -> str:
    """The path with its parameters filled in. Errors: KeyError for one that nobody thought of."""
    return re.sub(r"\$(\w+)", lambda found: quote(parameters[found[1]]), path)


def all_screens() -> list[Screen]:
    """The screens by path; a public one is for NOBODY and ANYBODY, one for whoever is signed in for ANYBODY."""
    found = []
    for file in ROUTES.rglob("*.tsx"):
        source = file.read_text()
        route = re.search(r"createFileRoute\('([^']+)'\)", source)
        if route is None or not re.search(r"\bcomponent:", source):
            continue
        guard = re.search(r"requireUser\(\w+((?:, '\w+')*)\)", source)
        path = route[1].replace("_/", "/").rstrip("/") or "/"  # `_` says that a route is no part of the one above
        public = [ANYBODY] if path in FOR_SIGNED_IN else [NOBODY, ANYBODY]
        roles = re.findall(r"'(\w+)'", guard[1]) if guard else public
        found.append(Screen(path, tuple(roles or [ANYBODY])))
    return sorted(found, key=lambda screen: screen.path)
