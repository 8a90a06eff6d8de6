"""Every operation of the API, called with right, nearly right and absurd requests, answers as it is described."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from openvisit.main.web import openapi_document
from openvisit.settings import Settings
from tests.contract.fuzzing import Report, fuzz, told
from tests.contract.stage import furnished
from tests.support.application import running
from tests.support.cast import usual_scene
from tests.support.clock import StandingClock
from tests.support.servers import web_servers

WHOLE, FEW = 4, 2
"""Random requests an operation: of the one run that also enumerates every border in the description, of the others."""
ONCE = "/auth/|/health/|/dev/|/jwks|/metrics|/specialties"
"""The same whoever asks: left to nobody. A try of a password costs a tenth of a second."""


@pytest.mark.timeout(900)
async def test_every_answer_is_as_described(settings: Settings) -> None:
    document = openapi_document()
    operations = Operations(document)
    reports: dict[str, Report] = {}
    async with running(settings, StandingClock(datetime.now(UTC))) as app:
        stage = await furnished(await usual_scene(app))
        async with web_servers(settings, 1) as (server,):
            for name in ("staff", "patient", "nobody", "admin", "provider"):
                person, whole = stage.callers[name], name == "staff"
                reports[name] = await asyncio.to_thread(
                    fuzz,
                    document,
                    server.url,
                    token=person.token if person else None,
                    ids=stage.ids,
                    examples=WHOLE if whole else FEW,
                    whole=whole,
                    only=operations.of(name, reports.values()),
                )
    failures = [f"as {name}: {failure}" for name, report in reports.items() for failure in report.failures]
    assert not failures, told(failures)
    _was_worth_it(document, reports)


class Operations:
    """Who calls which: staff and a patient all, others what those cannot show."""

    def __init__(self, document: dict[str, Any]) -> None:
        found = [(path, method, one) for path, item in document["paths"].items() for method, one in item.items()]
        self._once = {one["operationId"] for path, _, one in found if re.search(ONCE, path)}
        self._public = {one["operationId"] for _, _, one in found if {} in one["security"]}
        self._named = {f"{method.upper()} {path}": one["operationId"] for path, method, one in found}

    def of(self, name: str, before: Iterable[Report]) -> set[str]:
        """The ids of the operations that somebody calls, after what was reported of others."""
        if name == "nobody":
            return self._public | self._once
        rest = set(self._named.values()) - self._once
        if name in ("admin", "provider"):
            return rest - {self._named[one] for report in before for one, status in report.answers if status < 300}
        return rest


KEYED = re.compile(
    r"/auth/|/oauth/|/links/|/waitlist/link|/me/(passkeys|totp|recovery-codes|identities)|/email/confirm|factor-reset"
    r"|/telehealth/|/me/(keys|devices)"
)
"""What only a code, a signature, a link, or somebody in a room opens, which nobody makes up."""


def _was_worth_it(document: dict[str, object], reports: dict[str, Report]) -> None:
    """The requests met what exists: most operations succeeded for somebody, and refusals of every kind were seen."""
    answers = sum((report.answers for report in reports.values()), Counter[tuple[str, int]]())
    called = {operation for operation, _ in answers}
    succeeded = {operation for operation, status in answers if status < 300}
    assert len(called) == sum(len(item) for item in document["paths"].values())  # type: ignore[attr-defined]
    missed = {operation for operation in called - succeeded if not KEYED.search(operation)}
    assert len(missed) < 0.2 * len(called), sorted(missed)
    assert {200, 201, 202, 204, 400, 401, 403, 404, 405, 409, 412, 422} <= {status for _, status in answers}
