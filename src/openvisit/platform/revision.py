"""The newest database revision this version knows, found without the migration tool's weight.

The web asks for it at every readiness check; importing Alembic and SQLAlchemy for that would cost a web process
half a second and 30 MB.
"""

import re
from functools import cache
from pathlib import Path

import openvisit

_VERSIONS = Path(openvisit.__file__).parent / "migrations" / "versions"
_OWN = re.compile(r'^revision(?:: str)? = "([^"]+)"', re.MULTILINE)
_BEFORE = re.compile(r'^down_revision(?:: [^=]+)? = "([^"]+)"', re.MULTILINE)


@cache
def newest() -> str:
    """The one revision that no other follows. Errors: RuntimeError when there is none, or more than one."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(_VERSIONS.glob("*.py"))]
    own = {found[1] for text in texts if (found := _OWN.search(text))}
    followed = {found[1] for text in texts if (found := _BEFORE.search(text))}
    heads = sorted(own - followed)
    if len(heads) != 1:
        raise RuntimeError(f"this build of OpenVisit should have one newest migration, it has {heads}")
    return heads[0]
