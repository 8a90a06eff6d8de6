"""Parameters that several of the directory's routes take, and the reader's language."""

from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import HeaderParameter, QueryParameter

from openvisit.platform.web.likings import likings
from openvisit.platform.web.versions import etag, expected_version

Cursor = Annotated[
    str | None, QueryParameter(name="cursor", max_length=1000, description="The `next_cursor` of the page before")
]
PageSize = Annotated[int, QueryParameter(name="limit", ge=1, le=500, description="Items on the page, at most")]
IncludeInactive = Annotated[
    bool,
    QueryParameter(name="include_inactive", description="Also what is switched off, for the clinic's own people"),
]
IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", max_length=100, description="The ETag that was read; optional")
]


def version_of(if_match: str | None) -> int | None:
    """The version that the caller expects, or None when it did not say.

    Errors: VersionMismatch for a tag that is not ours.
    """
    return expected_version(if_match) if if_match else None


def versioned(content: Any, status: int = 200) -> Response[Any]:
    """The thing with its version as ETag."""
    return Response(content, status_code=status, headers={"ETag": etag(content.version)})


def reader_language(request: Request[Any, Any, Any]) -> str:
    """Dependency `reads`: `en` or `es`, whichever `Accept-Language` (RFC 9110 section 12.5.4) prefers."""
    best, language = 0.0, "en"
    for tag, weight in likings(request.headers.get("accept-language", "")).items():
        primary = tag.split("-")[0]
        if primary in ("en", "es") and weight > best:
            best, language = weight, primary
    return language
