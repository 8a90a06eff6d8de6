"""What the security documents claim can be looked up: every number once, every file and test they name."""

import ast
import functools
import json
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASVS = ROOT / "docs" / "security" / "asvs.md"
DOCUMENTS = ("docs/security/asvs.md", "docs/security/hipaa.md", "SECURITY.md")
STATES = {"met", "partly", "operator", "n/a"}

_ROW = re.compile(r"^\| (V[0-9.]+)( \(L3\))? \| ([^|]*) \| ([^|]*) \| ([^|]*) ?\|$")
_REFERENCE = re.compile(
    r"(?<![\w/.-])((?:src|docs|web|tests|bench|script|requirements)/[\w./-]*[\w-])(?:::(\w+))?(?![\w/])"
)


def rows() -> list[tuple[str, bool, str, str, str]]:
    """Number, whether it is marked as of level 3, state, where, test."""
    found = []
    for line in ASVS.read_text(encoding="utf-8").splitlines():
        if line.startswith("| V"):
            matched = _ROW.match(line)
            assert matched, f"not a row of five columns: {line[:60]}"
            number, third, *told = matched.groups()
            found.append((number, third is not None, *(cell.strip() for cell in told)))
    return found  # type: ignore[return-value]


@functools.cache
def functions(path: Path) -> frozenset[str]:
    """The functions of a Python file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.shared
def test_every_requirement_is_in_the_table_once(shared: Path) -> None:
    corpus = json.loads((shared / "corpora" / "asvs" / "asvs-5.0.0-en.flat.json").read_text(encoding="utf-8"))
    level = {one["req_id"]: int(one["L"]) for one in corpus["requirements"]}
    counted = Counter(number for number, *_ in rows())
    assert [number for number, times in counted.items() if times > 1] == []
    assert sorted({number for number, at in level.items() if at <= 2} - set(counted)) == []
    assert sorted(set(counted) - set(level)) == []
    assert [number for number, third, *_ in rows() if third != (level[number] == 3)] == []


def test_every_row_says_what_it_must() -> None:
    for number, _, state, where, tests in rows():
        assert state in STATES, number
        assert where, f"{number} says nothing"
        if state == "partly":
            assert "issing" in where or "As V" in where, f"{number} does not say what is missing"
        if state == "met":
            assert "`" in where or tests, f"{number} points at nothing"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_named_exists(name: str) -> None:
    named = _REFERENCE.findall((ROOT / name).read_text(encoding="utf-8"))
    assert len(named) > 20
    wrong = [path for path, _ in named if not (ROOT / path).exists()]
    assert wrong == []
    missing = [f"{path}::{test}" for path, test in named if test and test not in functions(ROOT / path)]
    assert missing == []


@pytest.mark.shared
def test_no_sentence_of_the_standard_is_repeated(shared: Path) -> None:
    """Its licence asks that what is taken from it be shared alike; numbers are facts, sentences are not."""
    corpus = json.loads((shared / "corpora" / "asvs" / "asvs-5.0.0-en.flat.json").read_text(encoding="utf-8"))
    ours = _runs(" ".join((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS))
    repeated = {run for one in corpus["requirements"] for run in _runs(one["req_description"])} & ours
    assert sorted(" ".join(run) for run in repeated) == []


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every eight words that follow each other."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}
