"""Write docs/asyncapi.yaml from the events as they are, or check that the committed one still says the same."""

import difflib
import subprocess
import sys
from pathlib import Path

KEPT = Path(__file__).resolve().parent.parent / "docs" / "asyncapi.yaml"
SHOWN_LINES = 60


def main() -> int:
    """`write` or `check`; the latter prints the difference and answers 1 when there is one."""
    command = [sys.executable, "-P", "-m", "openvisit.cli", "asyncapi"]
    now = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    if sys.argv[1:] == ["write"]:
        KEPT.write_text(now)
        return 0
    kept = KEPT.read_text() if KEPT.exists() else ""
    if kept == now:
        print("docs/asyncapi.yaml describes the events as they are")
        return 0
    difference = difflib.unified_diff(kept.splitlines(), now.splitlines(), "committed", "now", lineterm="", n=2)
    print("\n".join(list(difference)[:SHOWN_LINES]))
    print("\nThe events have changed: run `python script/asyncapi.py write`")
    return 1


if __name__ == "__main__":
    sys.exit(main())
