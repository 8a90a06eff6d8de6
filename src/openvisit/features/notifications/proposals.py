"""Mails about visits that cannot be, with a link to other times."""

from functools import partial
from uuid import UUID

from openvisit.features.notifications import outbox
from openvisit.features.notifications.deliver import Post, TryAgain, send_once
from openvisit.features.notifications.letters import values
from openvisit.features.notifications.templates import queries as templates
from openvisit.features.notifications.visits import Recipient, read_visit, recipients
from openvisit.platform.channels import Message
from openvisit.platform.db import Row, fetch_one
from openvisit.platform.links import Link, page, token
from openvisit.platform.mail.compose import mail
from openvisit.platform.mail.mime import message_id
from openvisit.platform.mail.moments import short
from openvisit.platform.mail.words import known_language

KIND = "time_proposal"


async def tell_proposed(post: Post, event_id: UUID, proposal_id: UUID) -> None:
    """Mail the patient, once. Safe to run again. Errors: TryAgain, outbox.StillSending."""
    async with post.db.transaction() as connection:
        proposal = await fetch_one(
            connection,
            """SELECT r.id, r.appointment_id, r.was, r.status, r.kept_until, w.created_at FROM away_proposal r
               JOIN away w ON w.id = r.away_id WHERE r.id = %(id)s""",
            {"id": proposal_id},
        )
        visit = await read_visit(connection, proposal["appointment_id"]) if proposal else None
        if proposal is None or visit is None:
            return
        told = [recipient for recipient in recipients(visit) if recipient.role == "patient"]
        over = proposal["status"] != "open" or visit["starts_at"] != proposal["was"] or visit["status"] == "cancelled"
        news = [_news(post, event_id, visit, recipient) for recipient in told]
        await outbox.enlist(connection, news, outdated=over, now=post.clock())
    again: Exception | None = None
    for recipient in told:
        try:
            letter = partial(_letter, post, event_id, proposal, visit, recipient)
            await send_once(post, event_id, recipient.person_id, letter)
        except (TryAgain, outbox.StillSending) as error:
            again = error
    if again is not None:
        raise again


async def _letter(post: Post, event_id: UUID, proposal: Row, visit: Row, recipient: Recipient) -> Message:
    keys = post.vault.of(recipient.person_id, recipient.data_key)
    address = keys.open(recipient.email, "person.email", recipient.person_id)
    language = known_language(recipient.language)
    link = Link("answer", proposal["id"], recipient.person_id, proposal["created_at"])
    was = short(proposal["was"], recipient.zone, language)
    said = {
        **values(visit, recipient, post.public_url, None),
        "was": was,
        "until": short(proposal["kept_until"] or proposal["was"], recipient.zone, language),
        "answer_link": page(post.public_url, "waitlist/proposal", token(post.vault.blind_index, link)),
    }
    async with post.db.connection() as connection:
        words = await templates.words(connection, visit["clinic_id"], KIND, "email", recipient.language, said)
    return mail(
        words,
        recipient.language,
        to=address,
        to_name=recipient.name,
        key=f"{event_id}.{recipient.person_id}",
        now=post.clock(),
    )


def _news(post: Post, event_id: UUID, visit: Row, recipient: Recipient) -> outbox.News:
    mail_id = message_id(f"{event_id}.{recipient.person_id}", post.mailer.origin)
    return outbox.News(event_id, visit["id"], recipient.person_id, KIND, mail_id)
