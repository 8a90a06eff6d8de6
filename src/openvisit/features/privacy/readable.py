"""An export as a page to read: no script, nothing fetched, everything escaped."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

_WORDS = {
    "en": {
        "title": "Everything kept about you",
        "made": "Made by OpenVisit on",
        "none": "Nothing.",
        "note": "The same data stand in data.json, for programs. Passwords, keys and codes are left out: nobody can "
        "read them. Times are in UTC.",
    },
    "es": {
        "title": "Todo lo que se guarda sobre usted",
        "made": "Elaborado por OpenVisit el",
        "none": "Nada.",
        "note": "Los mismos datos están en data.json, para programas. Se omiten contraseñas, claves y códigos: nadie "
        "puede leerlos. Las horas están en UTC.",
    },
}
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid; padding-bottom: .3rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .2rem 1rem; margin: 0 0 1rem;
     padding: .8rem 1rem; border: 1px solid #8886; border-radius: .5rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
"""


def page(sections: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], language: str, made_at: datetime) -> str:
    """The page. `sections` are a title and its rows."""
    words = _WORDS.get(language, _WORDS["en"])
    contents = "".join(
        f'<li><a href="#s{n}">{escape(title)}</a> ({len(rows)})</li>' for n, (title, rows) in enumerate(sections)
    )
    body = "".join(_section(n, title, rows, words["none"]) for n, (title, rows) in enumerate(sections))
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<meta name="viewport" content="width=device-width"><title>{words["title"]}</title><style>{_STYLE}</style>'
        f"</head><body><main><h1>{words['title']}</h1><p>{words['made']} {made_at:%Y-%m-%d %H:%M} UTC. "
        f"{words['note']}</p><nav><ul>{contents}</ul></nav>{body}</main></body></html>"
    )


def _section(number: int, title: str, rows: Sequence[Mapping[str, Any]], none: str) -> str:
    shown = "".join(_row(row) for row in rows) or f"<p>{none}</p>"
    return f'<section id="s{number}"><h2>{escape(title)}</h2>{shown}</section>'


def _row(row: Mapping[str, Any]) -> str:
    facts = "".join(
        f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(_text(value))}</dd>"
        for name, value in row.items()
        if value not in (None, "", [], {})
    )
    return f"<dl>{facts}</dl>"


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {_text(part)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
