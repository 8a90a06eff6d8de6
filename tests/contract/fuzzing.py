"""Schemathesis over a running server: it makes requests from the API's description and holds each answer against it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.engine import Status, events, from_schema

SEED = 20270301
REAL_IDS = 0.8
"""How often an id in a request is one of the cast's; the rest of the time it is made up."""

ENDING = r"/me/sessions/|/people/\{person_id\}/(account|end-sessions)"
"""What can end the caller's own session, once its id was seen in an answer: comes last."""

# The word "null" in a query, which some clients write for a value they leave out, is taken as left out.
_NULL = re.compile(r"[?&][a-z_]+=null\b")

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "ignored_auth",
)


@dataclass
class Report:
    """What a run found: one message a failure, and how often each status was answered by each operation."""

    failures: list[str] = field(default_factory=list)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)


def fuzz(
    document: dict[str, Any],
    url: str,
    *,
    token: str | None,
    ids: Mapping[str, Sequence[str]],
    examples: int,
    whole: bool,
    only: Collection[str],
) -> Report:
    """Call operations of the document at `url`, and report.

    `ids` maps the name of a parameter or of a member of a body to values that exist. `only` are the ids of the
    operations that are called. The same seed makes the same requests, but for the ids.
    """
    config = schemathesis.Config.from_dict(_config(token, ids, examples, whole))
    schema: Any = schemathesis.openapi.from_dict(document, config=config)
    schema.config.update(base_url=url)
    items = ((path, one["operationId"]) for path, item in document["paths"].items() for one in item.values())
    ending = {id_ for path, id_ in items if re.search(ENDING, path)}
    report = Report()
    for ids_of_part in filter(None, (set(only) - ending, set(only) & ending)):
        part = schema.include(operation_id=sorted(ids_of_part))
        for event in from_schema(part).execute():
            if isinstance(event, events.ScenarioFinished):
                _read(event.recorder, report)
            elif isinstance(event, events.NonFatalError | events.FatalError):
                report.failures.append(f"{getattr(event, 'label', '')}: {getattr(event, 'info', event)}")
    report.failures = list(dict.fromkeys(report.failures))
    return report


def _config(token: str | None, ids: Mapping[str, Sequence[str]], examples: int, whole: bool) -> dict[str, Any]:
    names = {name for name in ids if ids[name]}
    return {
        "seed": SEED,
        "cache": {"enabled": False},
        "headers": {"Authorization": f"Bearer {token}"} if token else {},
        "continue-on-failure": True,
        "request-timeout": 20,
        "workers": 1,
        "warnings": False,
        "dictionaries": {name: {"values": list(ids[name])} for name in names},
        "parameters": {
            f"{place}.{name}": {"dictionary": name, "probability": REAL_IDS}
            for name in names
            for place in ("path", "query", "header", "body")
        },
        "generation": {"deterministic": True, "max-examples": examples, "database": "none", "mode": "all"},
        "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
        "phases": {
            "examples": {"enabled": True},
            "coverage": {"enabled": whole},
            "fuzzing": {"enabled": True},
            "stateful": {"enabled": False},
        },
    }


def _read(recorder: Any, report: Report) -> None:
    for interaction in recorder.interactions.values():
        if interaction.response is not None:
            report.answers[recorder.label, interaction.response.status_code] += 1
    for checks in recorder.checks.values():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                failure = check.failure_info.failure
                if check.name == "negative_data_rejection" and _NULL.search(check.failure_info.code_sample):
                    continue
                found = f"{recorder.label}: {check.name}: {failure.title}: {failure.message}"
                report.failures.append(f"{found}\n{check.failure_info.code_sample}")


def told(failures: Iterable[str]) -> str:
    """The failures as one message."""
    return "\n\n".join(failures)
