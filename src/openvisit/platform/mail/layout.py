"""How a mail looks: blocks written as MJML, from which HTML and plain text are made (`mjml`).

No images, nothing fetched from elsewhere. Light by inline style, which every reader honours; dark by a style sheet,
for those that know `prefers-color-scheme`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


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
    """A link that is the next thing to do."""

    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are: when, where, with whom."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Links:
    """Other things that can be done: what, and where it leads."""

    pairs: tuple[tuple[str, str], ...]


Block = Paragraph | Code | Button | Facts | Links


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, with places for its values. `language` is a BCP 47 code, `footer` the line under it all."""

    language: str
    subject: str
    heading: str
    blocks: Sequence[Block]
    footer: str


_PAGE = """<mjml lang="{language}">
  <mj-head>
    <mj-title>{subject}</mj-title>
    <mj-attributes>
      <mj-all font-family="-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif" />
      <mj-text padding="0 28px 16px" font-size="16px" line-height="1.55" color="#14262d" />
      <mj-table padding="8px 28px 24px" font-size="16px" line-height="1.45" color="#14262d" />
      <mj-button padding="8px 28px 24px" align="left" background-color="#0b6b5f" color="#ffffff" border-radius="10px" \
inner-padding="13px 24px" font-size="16px" font-weight="600" />
    </mj-attributes>
    <mj-style>
      :root {{ color-scheme: light dark; }}
      .soft div, th {{ color: #4d626b; }}
      .soft a {{ color: #0b6b5f; }}
      .code div {{ letter-spacing: 6px; }}
      @media (prefers-color-scheme: dark) {{
        body, .page {{ background: #10181c !important; }}
        .card, .card table {{ background: #18242a !important; border-color: #2b3b43 !important; }}
        .ink div, .ink table {{ color: #e8eff2 !important; }}
        .soft div, th {{ color: #a9b9c1 !important; }}
        .soft a {{ color: #5cc3b4 !important; }}
        .go td, .go a {{ background: #5cc3b4 !important; color: #06231f !important; }}
      }}
    </mj-style>
  </mj-head>
  <mj-body width="560px" background-color="#f1f5f6" css-class="page">
    <mj-spacer height="24px" />
    <mj-section css-class="card" background-color="#ffffff" border-radius="14px" padding="32px 0 16px">
      <mj-column>
        <mj-text css-class="soft" font-size="15px" font-weight="600" color="#4d626b">OpenVisit</mj-text>
        <mj-text css-class="ink" font-size="24px" line-height="1.3" font-weight="700">{heading}</mj-text>
{blocks}
      </mj-column>
    </mj-section>
    <mj-section padding="2px 0 24px">
      <mj-column>
        <mj-text css-class="soft footer" font-size="13px" color="#4d626b">{footer}</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
"""


def as_mjml(letter: Letter) -> str:
    """The letter's MJML; its words are escaped, its places stay."""
    return _PAGE.format(
        language=escape(letter.language),
        subject=escape(letter.subject),
        heading=escape(letter.heading),
        blocks="\n".join(f"        {_mjml(block)}" for block in letter.blocks),
        footer=escape(letter.footer),
    )


def _mjml(block: Block) -> str:
    match block:
        case Paragraph(text, quiet):
            look = 'css-class="soft" font-size="14px" color="#4d626b"' if quiet else 'css-class="ink"'
            return f"<mj-text {look}>{escape(text)}</mj-text>"
        case Code(text):
            return (
                '<mj-text css-class="ink code" align="center" font-family="ui-monospace, Menlo, Consolas, monospace" '
                f'font-size="30px" padding="8px 28px 24px">{escape(text)}</mj-text>'
            )
        case Button(label, link):
            return f'<mj-button css-class="go" href="{escape(link)}">{escape(label)}</mj-button>'
        case Facts(pairs):
            return f'<mj-table css-class="ink" role="table">{"".join(_fact(*pair) for pair in pairs)}</mj-table>'
        case Links(pairs):
            links = "".join(f'\n          <p><a href="{escape(link)}">{escape(label)}</a></p>' for label, link in pairs)
            return f'<mj-text css-class="soft" font-size="14px" line-height="1">{links}</mj-text>'


def _fact(name: str, value: str) -> str:
    return (
        '\n          <tr><th scope="row" align="left" style="padding: 6px 14px 6px 0; font-size: 13px; '
        f'vertical-align: top">{escape(name)}</th><td style="padding: 4px 0">{escape(value)}</td></tr>'
    )
