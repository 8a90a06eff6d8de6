"""How a mail says that one can unsubscribe from its kind by one click (RFC 2369, RFC 8058)."""

from datetime import datetime
from uuid import UUID

from openvisit.platform.links import Keyed, Link, token


def headers(keyed: Keyed, person_id: UUID, public_url: str, now: datetime) -> dict[str, str]:
    """The headers of a mail that reminds: `List-Unsubscribe` and `List-Unsubscribe-Post`."""
    text = token(keyed, Link("unsubscribe", person_id, person_id, now))
    return {
        "List-Unsubscribe": f"<{public_url.rstrip('/')}/api/unsubscribe/{text}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
