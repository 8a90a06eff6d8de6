"""Write web/openapi.json from the API as it is, or check that the committed one still says the same."""

import difflib
import subprocess
import sys
from pathlib import Path

KEPT = Path(__file__).resolve().parent.parent / "web" / "openapi.json"
SHOWN_LINES = 60


def main() -> int:
    """`write` or `check`; the latter prints the difference and answers 1 when there is one."""
    command = [sys.executable, "-P", "-m", "openvisit.cli", "openapi"]
    now = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    if sys.argv[1:] == ["write"]:
        KEPT.write_text(now)
        return 0
    kept = KEPT.read_text() if KEPT.exists() else ""
    if kept == now:
        print("web/openapi.json describes the API as it is")
        return 0
    difference = difflib.unified_diff(kept.splitlines(), now.splitlines(), "committed", "now", lineterm="", n=2)
    print("\n".join(list(difference)[:SHOWN_LINES]))
    print("\nThe API has changed: run `python script/openapi.py write && npm --prefix web run api`")
    return 1


if __name__ == "__main__":
    sys.exit(main())
