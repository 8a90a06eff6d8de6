"""No value in any field of any operation brings a fault of ours: each is taken, or refused in words."""

import sys
from collections import Counter
from datetime import UTC, datetime

from openvisit.main.web import openapi_document
from openvisit.settings import Settings
from tests.contract.hostile import Operations
from tests.contract.stage import furnished
from tests.support.application import running
from tests.support.cast import usual_scene
from tests.support.clock import StandingClock

ENDLESS = ("/api/docs", "/api/reference")
PROBLEM = "application/problem+json"


async def test_no_value_of_any_field_is_our_fault(settings: Settings) -> None:
    sys.set_int_max_str_digits(10_000)  # ours alone: the numbers we send are longer than Python writes by itself
    faults: list[str] = []
    seen: Counter[int] = Counter()
    async with running(settings, StandingClock(datetime.now(UTC))) as app:
        scene = await usual_scene(app)
        stage = await furnished(scene)
        operations = Operations(openapi_document(), stage.ids)
        for method, path, operation in operations:
            if path.startswith(ENDLESS):
                continue
            # Somebody of their own for each operation: some end the session they are called in.
            caller = await scene.cast.person("Hostile", roles={scene.clinic.id: ["admin", "staff"]}, patient=True)
            for asked in operations.hostile(method, path, operation):
                headers = {"Content-Type": "application/json", "If-Match": "*"}
                content = asked.body.encode("utf-8", "surrogatepass") if asked.body is not None else None
                answer = await caller.client.request(method, asked.path, content=content, headers=headers)
                seen[answer.status_code] += 1
                if answer.status_code >= 500:
                    faults.append(f"{method} {path} {asked.about}: {answer.status_code} {answer.text[:300]}")
                elif answer.status_code >= 400:
                    problem = answer.json()
                    if not answer.headers["content-type"].startswith(PROBLEM) or not problem["title"]:
                        faults.append(f"{method} {path} {asked.about}: refused without words: {answer.text[:200]}")
    assert not faults, "\n".join([f"{len(faults)} faults of {seen}", *faults[:40]])
    assert seen[200] + seen[201] + seen[202] + seen[204] > 500, seen
    assert seen[422] > 5_000, seen
