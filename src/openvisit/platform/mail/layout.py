"""How a mail looks: the same blocks written once as plain text and once as HTML.

No tables, no images, nothing fetched from elsewhere. Light by inline style, which every reader honours; dark by a
style sheet, for those that know `prefers-color-scheme`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import fill
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `quiet` for the small print."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A code to be typed in, large and on its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """A link that is the next thing to do. Only http and https go anywhere."""

    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are: when, where, with whom."""

    pairs: tuple[tuple[str, str], ...]


Block = Paragraph | Code | Button | Facts


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, whichever way it is shown. `language` is a BCP 47 code, `footer` the line under it all."""

    language: str
    subject: str
    heading: str
    blocks: Sequence[Block]
    footer: str


def as_text(letter: Letter) -> str:
    """The plain text, wrapped at 72 columns; links and codes stand on lines of their own."""
    parts = [letter.heading, *(_text(block) for block in letter.blocks), f"-- \n{_wrapped(letter.footer)}"]
    return "\n\n".join(parts) + "\n"


def _text(block: Block) -> str:
    match block:
        case Paragraph(text):
            return _wrapped(text)
        case Code(text):
            return f"    {text}"
        case Button(label, link):
            return f"{label}:\n{link}"
        case Facts(pairs):
            return "\n".join(_wrapped(f"{name}: {value}", indent="  ") for name, value in pairs)


def _wrapped(text: str, indent: str = "") -> str:
    return fill(text, 72, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


_FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>
:root {{ color-scheme: light dark; }}
@media (prefers-color-scheme: dark) {{
  .page {{ background: #10181c !important; }}
  .card {{ background: #18242a !important; border-color: #2b3b43 !important; }}
  .ink {{ color: #e8eff2 !important; }}
  .soft {{ color: #a9b9c1 !important; }}
  .box {{ background: #10181c !important; }}
  .go {{ background: #5cc3b4 !important; color: #06231f !important; }}
}}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f1f5f6;{font}">
<div class="page" style="padding:24px 12px;background:#f1f5f6">
<div class="card" style="max-width:560px;margin:0 auto;padding:32px 28px;background:#fff;border:1px solid #dde6e9;\
border-radius:14px">
<p class="soft" style="margin:0 0 20px;font-size:15px;font-weight:600;color:#4d626b">OpenVisit</p>
<h1 class="ink" style="margin:0 0 20px;font-size:24px;line-height:1.3;color:#14262d">{heading}</h1>
{blocks}
</div>
<p class="soft" style="max-width:560px;margin:18px auto 0;padding:0 28px;font-size:13px;line-height:1.5;\
color:#4d626b">{footer}</p>
</div>
</body>
</html>
"""


def as_html(letter: Letter) -> str:
    """The HTML; every value is escaped."""
    return _PAGE.format(
        language=escape(letter.language),
        subject=escape(letter.subject),
        heading=escape(letter.heading),
        blocks="\n".join(_html(block) for block in letter.blocks),
        footer=escape(letter.footer),
        font=_FONT,
    )


def _html(block: Block) -> str:
    match block:
        case Paragraph(text, quiet):
            look = "font-size:14px;color:#4d626b" if quiet else "font-size:16px;color:#14262d"
            return (
                f'<p class="{"soft" if quiet else "ink"}" '
                f'style="margin:0 0 16px;line-height:1.55;{look}">{escape(text)}</p>'
            )
        case Code(text):
            return (
                '<p class="box ink" style="margin:8px 0 24px;padding:16px;border-radius:10px;background:#f1f5f6;'
                "text-align:center;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:30px;"
                f'letter-spacing:6px;color:#14262d">{escape(text)}</p>'
            )
        case Button(label, link):
            return _button(label, link)
        case Facts(pairs):
            rows = "".join(_fact(name, value) for name, value in pairs)
            return (
                '<dl class="box" style="margin:8px 0 24px;padding:6px 18px 14px;border-radius:10px;'
                f'background:#f1f5f6">{rows}</dl>'
            )


def _button(label: str, link: str) -> str:
    if urlsplit(link).scheme not in ("http", "https"):
        return _html(Paragraph(f"{label}: {link}"))
    return (
        f'<p style="margin:8px 0 24px"><a class="go" href="{escape(link)}" style="display:inline-block;'
        "padding:13px 24px;border-radius:10px;background:#0b6b5f;color:#fff;font-size:16px;font-weight:600;"
        f'text-decoration:none">{escape(label)}</a></p>'
    )


def _fact(name: str, value: str) -> str:
    return (
        f'<dt class="soft" style="margin:10px 0 2px;font-size:13px;color:#4d626b">{escape(name)}</dt>'
        f'<dd class="ink" style="margin:0;font-size:16px;line-height:1.45;color:#14262d">{escape(value)}</dd>'
    )
