"""Print one hash over every file below a folder, names and contents, in order."""

import argparse
import hashlib
import os
from pathlib import Path


def fingerprint(folder: Path, without: frozenset[str]) -> str:
    """SHA-256 over the sorted files; folders named in `without` are left out at any depth."""
    total = hashlib.sha256()
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in without and not name.startswith("."))
        for name in sorted(files):
            path = Path(parent, name)
            if name.endswith(".tsbuildinfo") or not path.is_file():
                continue
            total.update(f"{path.relative_to(folder)}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--without", nargs="*", default=[])
    given = parser.parse_args()
    print(fingerprint(given.folder, frozenset(given.without)))
