"""Caught mail, for the development profile alone: as JSON for tests, as pages for people."""

import secrets
from datetime import datetime
from html import escape
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from openvisit.core.errors import NotFound
from openvisit.platform.mail_store import Attachment, CaughtMail, MailStore
from openvisit.platform.web.routes import route

LONGEST_ADDRESS = 320


class MailAttachment(msgspec.Struct):
    """A file that came with a mail; `encoding` is `text` where `content` reads as it is, else `base64`."""

    filename: str
    content_type: str
    encoding: str
    content: str


class DevMail(msgspec.Struct):
    """A caught mail, as one recipient would have got it."""

    id: str
    from_: str = msgspec.field(name="from")
    to: str
    subject: str
    text: str
    html: str
    attachments: list[MailAttachment]
    received_at: datetime


class DevMails(msgspec.Struct):
    """Caught mails, the newest first."""

    items: list[DevMail]


EXAMPLES = {
    "DevMails": {
        "items": [
            {
                "id": "20270220T150405-1",
                "from": "OpenVisit <visits@openvisit.test>",
                "to": "ana.flores@example.org",
                "subject": "Your visit is booked",
                "text": "See you on Monday 1 March at 9:00.",
                "html": "",
                "attachments": [],
                "received_at": "2027-02-20T15:04:05Z",
            }
        ]
    }
}


@route(
    "GET",
    "/api/dev/mail",
    permission="dev:mail",
    summary="Caught mail, newest first (development profile only)",
    tags=["development"],
    sync_to_thread=True,
)
def dev_mail(
    caught_mail: NamedDependency[MailStore],
    to: Annotated[
        str | None, QueryParameter(description="Only mail to this address", max_length=LONGEST_ADDRESS)
    ] = None,
    limit: Annotated[int, QueryParameter(description="How many at most", ge=1, le=200)] = 50,
) -> DevMails:
    return DevMails([_wire(mail) for mail in caught_mail.newest(to=to or None, limit=limit)])


@get("/dev/mail", opt={"permission": "dev:mail"}, include_in_schema=False, sync_to_thread=True)
def dev_mail_page(
    caught_mail: NamedDependency[MailStore],
    to: Annotated[str, QueryParameter(max_length=LONGEST_ADDRESS)] = "",
) -> Response[str]:
    return _page("Caught mail", _list(caught_mail.newest(to=to.strip() or None, limit=100), to))


@get("/dev/mail/{mail_id:str}", opt={"permission": "dev:mail"}, include_in_schema=False, sync_to_thread=True)
def dev_mail_one(caught_mail: NamedDependency[MailStore], mail_id: FromPath[str]) -> Response[str]:
    mail = caught_mail.get(mail_id)
    if mail is None:
        raise NotFound
    return _page(mail.subject or "(no subject)", _one(mail))


ROUTES = [dev_mail, dev_mail_page, dev_mail_one]


def _wire(mail: CaughtMail) -> DevMail:
    return DevMail(
        id=mail.id,
        from_=mail.sender,
        to=mail.to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        attachments=[
            MailAttachment(one.filename, one.content_type, _encoding(one), one.content) for one in mail.attachments
        ],
        received_at=mail.received_at,
    )


def _encoding(attachment: Attachment) -> str:
    return "text" if attachment.content_type.startswith(("text/", "message/")) else "base64"


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style nonce="{nonce}">
:root {{ color-scheme: light dark; --ink: light-dark(#14262d, #e8eff2); --soft: light-dark(#4d626b, #a9b9c1);
  --page: light-dark(#f1f5f6, #10181c); --card: light-dark(#fff, #18242a); --line: light-dark(#dde6e9, #2b3b43);
  --go: light-dark(#0b6b5f, #5cc3b4); }}
body {{ margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }}
main {{ max-width: 860px; margin: 0 auto; padding: 24px 16px 64px; }}
h1 {{ font-size: 1.5rem; overflow-wrap: anywhere; }}
a {{ color: var(--go); }}
a:focus-visible, input:focus-visible, button:focus-visible {{ outline: 3px solid var(--go); outline-offset: 2px; }}
form {{ display: flex; gap: 8px; flex-wrap: wrap; align-items: end; margin: 0 0 20px; }}
label {{ flex: 1 1 240px; color: var(--soft); font-size: .875rem; }}
input {{ display: block; box-sizing: border-box; width: 100%; margin-top: 4px; font: inherit; padding: 8px 12px;
  border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: var(--ink); }}
button {{ font: inherit; padding: 8px 18px; border: 0; border-radius: 8px; background: var(--go); color: var(--card); }}
ul {{ list-style: none; margin: 0; padding: 0; }}
li, section {{ background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 12px 16px;
  margin: 0 0 10px; overflow-wrap: anywhere; }}
li p, .soft {{ margin: 2px 0 0; color: var(--soft); font-size: .875rem; }}
h2 {{ font-size: 1rem; margin: 0 0 8px; color: var(--soft); }}
pre {{ margin: 0; white-space: pre-wrap; font: .875rem/1.5 ui-monospace, monospace; }}
iframe {{ width: 100%; height: 640px; border: 0; border-radius: 8px; background: var(--page); }}
</style>
</head>
<body><main>{body}</main></body>
</html>
"""


def _page(title: str, body: str) -> Response[str]:
    nonce = secrets.token_urlsafe(16)
    # The frame inherits this policy: its style sheet needs the nonce too, its inline styles the last directive.
    csp = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return Response(
        _PAGE.format(title=escape(title), nonce=nonce, body=body.replace(_NONCE, nonce)),
        media_type="text/html",
        headers={"Content-Security-Policy": csp, "Cache-Control": "no-store"},
    )


_NONCE = secrets.token_urlsafe(24)
"""Stands for the page's nonce until that is known; unguessable, so that no mail can ask for it."""


def _list(mails: list[CaughtMail], to: str) -> str:
    rows = "".join(_row(mail) for mail in mails)
    nothing = '<p class="soft">No mail has been caught yet.</p>' if not to else '<p class="soft">No mail to them.</p>'
    return (
        '<h1>Caught mail</h1><form method="get" action="/dev/mail"><label>Mail to'
        f'<input name="to" type="search" value="{escape(to)}" placeholder="everybody" autocomplete="off"></label>'
        f"<button>Show</button></form>{f'<ul>{rows}</ul>' if rows else nothing}"
    )


def _row(mail: CaughtMail) -> str:
    return (
        f'<li><a href="/dev/mail/{escape(mail.id)}">{escape(mail.subject or "(no subject)")}</a>'
        f"<p>to {escape(mail.to)} · {_time(mail.received_at)}</p></li>"
    )


def _one(mail: CaughtMail) -> str:
    back = "/dev/mail?" + urlencode({"to": mail.to})
    attachments = "".join(
        f"<section><h2>{escape(one.filename or 'unnamed')} · {escape(one.content_type)}</h2>"
        f"<pre>{escape(one.content)}</pre></section>"
        for one in mail.attachments
    )
    return (
        f'<p><a href="/dev/mail">All mail</a> · <a href="{escape(back)}">Mail to {escape(mail.to)}</a></p>'
        f"<h1>{escape(mail.subject or '(no subject)')}</h1>"
        f'<p class="soft">from {escape(mail.sender)} to {escape(mail.to)} · {_time(mail.received_at)}</p>'
        f"{_html_part(mail.html)}<section><h2>Plain text</h2><pre>{escape(mail.text)}</pre></section>{attachments}"
    )


def _html_part(html: str) -> str:
    """The HTML part in a frame where nothing runs; its links open in a tab of their own."""
    if not html:
        return ""
    inside = html.replace("<style>", f'<style nonce="{_NONCE}">').replace("<head>", '<head><base target="_blank">', 1)
    return (
        '<section><h2>HTML</h2><iframe title="The mail as HTML" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox" '
        f'srcdoc="{escape(inside)}"></iframe></section>'
    )


def _time(at: datetime) -> str:
    return f'<time datetime="{at.isoformat()}">{at:%Y-%m-%d %H:%M:%S} UTC</time>'
