"""What an asker would rather have: headers such as `Accept-Language` and `Accept-Encoding` (RFC 9110 12.4.2)."""

MOST = 20
"""Entries of a header that are looked at."""


def likings(header: str) -> dict[str, float]:
    """The named things, in lower case and in their order, each with its weight: 1 unless told, 0 for nonsense."""
    found = {}
    for entry in header.split(",")[:MOST]:
        name, *parameters = (part.strip().lower() for part in entry.split(";"))
        weight = next((part.removeprefix("q=") for part in parameters if part.startswith("q=")), "1")
        try:
            found[name] = float(weight)
        except ValueError:
            found[name] = 0.0
    return found
