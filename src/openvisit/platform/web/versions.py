"""`ETag` and `If-Match` (RFC 9110) for things people edit in forms."""

from openvisit.core.errors import Invalid, VersionMismatch, VersionRequired


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def expected_version(if_match: str | None) -> int | None:
    """The version named by an `If-Match` header; None for `*`, any version.

    Errors: VersionRequired when the header is missing, VersionMismatch when it is no tag of ours.
    """
    if if_match is None:
        raise VersionRequired
    tag = if_match.strip().removeprefix("W/")
    if tag == "*":
        return None
    digits = tag.strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise VersionMismatch
    return int(digits)


def cursor_problem() -> Invalid:
    """The error for a paging cursor that we did not make."""
    return Invalid("The cursor is not one of ours", errors=[{"path": "query.cursor", "message": "not a known cursor"}])
