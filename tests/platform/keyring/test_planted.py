"""Planted health strings and contact details are nowhere but where they are opened: not in a dump of the database, not
in logs, metrics, jobs, events, live messages, problems, nor in any channel beside mail.

Every text is said through the API, in each field that takes such text; then everything that is kept or told is
searched for each of them, also as it looks in JSON, in URLs, in base64 and in other cases.
"""

import base64
import email
import email.policy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from openvisit.platform.mail_catcher import MailCatcher
from tests.platform.keyring.planting import PLANTED


def spellings(text: str) -> set[bytes]:
    """How the text may look where it must not be."""
    plain = {text, text.lower(), text.upper()}
    escaped = {json.dumps(each)[1:-1] for each in plain} | {quote(each) for each in plain}
    found = {each.encode() for each in plain | escaped}
    for shift in range(3):  # base64 of the text inside something longer, at each of the three alignments
        middle = base64.b64encode(b"\x00" * shift + text.encode())[4 if shift else 0 : -4]
        found |= {middle, middle.replace(b"+", b"-").replace(b"/", b"_")}
    return found | {text.encode().hex().encode(), text.encode("utf-16-le")}


def leaks(where: dict[str, bytes]) -> list[str]:
    """Which planted text is found where."""
    return [
        f"{name} in {place}"
        for place, content in where.items()
        for name, text in PLANTED.items()
        if any(spelling in content for spelling in spellings(text))
    ]


def dumped(url: str) -> Iterator[tuple[str, bytes]]:
    """Every table of every schema of ours, twice: as text, and its bytea columns as they are."""
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            """SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
               WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"""
        ).fetchall()
        assert len(tables) > 30
        for (table,) in tables:
            for form in ("text", "binary"):
                with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT {form})") as copy:
                    yield f"table {table} ({form})", b"".join(bytes(piece) for piece in copy)


def test_the_search_finds_what_is_planted() -> None:
    for text in PLANTED.values():
        for spelling in (text, json.dumps({"a": text}), quote(text), text.upper()):
            assert leaks({"here": spelling.encode()}), spelling
        for before in ("", "x", "xy"):
            assert leaks({"here": base64.b64encode(f"{before}{text} and more".encode())})
    assert leaks({"here": b"nothing of the kind"}) == []


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[MailCatcher]:
    catcher = MailCatcher(tmp_path / "mail")
    catcher.start()
    yield catcher
    catcher.stop()


def test_planted_strings_are_nowhere(database_url: str, mailbox: MailCatcher, tmp_path: Path) -> None:
    played = subprocess.run(
        [sys.executable, "-m", "tests.platform.keyring.planting", database_url, str(tmp_path), mailbox.url],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        check=False,
    )
    assert played.returncode == 0, played.stderr.decode()[-4000:]
    said = json.loads((tmp_path / "said.json").read_text())
    where = {
        **dict(dumped(database_url)),
        **{name: content.encode() for name, content in said.items()},
        "standard output": played.stdout,
        "logs": played.stderr,
    }
    assert "table public.appointment (binary)" in where
    assert where["logs"].count(b'"component"') > 20, "the logs were captured"
    assert b"appointment_mail" in where["table public.procrastinate_jobs (text)"]
    assert b"agenda:" in where["live messages"]
    assert b"openvisit_bookings" in where["metrics"]
    mails = read_mails(tmp_path / "mail")
    assert PLANTED["registered"].encode() in mails["mails"], "mail itself goes to the address"
    health = [f"{name} in mails" for name in ("reason", "needs", "cancel", "decline", "overbook", "absence", "refused")]
    assert set(leaks(mails)).isdisjoint(health), "mail says nothing of health"
    assert leaks(where) == []


def read_mails(folder: Path) -> dict[str, bytes]:
    """Every mail that was caught, its parts decoded."""
    found = b""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            found += str(mail.items()).encode()
            for part in mail.walk():
                content = part.get_payload(decode=True)
                found += content if isinstance(content, bytes) else b""
    return {"mails": found}
