"""A telephone that somebody proved, and from which they write to us."""

from dataclasses import dataclass, field
from functools import partial

from openvisit.features.notifications.preferences.addresses import phone_index
from openvisit.features.notifications.replies.commands import answer
from openvisit.features.notifications.replies.desk import Desk
from openvisit.features.waitlist import answering
from openvisit.main.parts import Parts
from openvisit.platform.channels import InboundText
from openvisit.platform.db import execute
from openvisit.platform.principal import SYSTEM, acting
from tests.support.cast import Person, Scene
from tests.support.outgoing_words import Kept

NUMBER = "+34600111222"


@dataclass
class Texting:
    """A telephone that writes to us."""

    scene: Scene
    sms: Kept = field(default_factory=lambda: Kept("sms"))
    count: int = 0

    async def says(self, text: str, *, number: str = NUMBER, again: bool = False) -> str | None:
        """Send a text (the same `again` for the webhook that comes twice); the answer, if any."""
        self.count += not again
        parts, before = self.scene.app.parts, len(self.sms.sent)
        told = InboundText(f"SM{self.count}", "kept", "sms", number, "+15550100", text, parts.clock())
        desk = desk_of(parts, self.sms)
        with acting(SYSTEM):
            await answer(desk, told)
        new = self.sms.sent[before:]
        assert len(new) <= 1
        assert all(one.address == number for one in new)
        return new[0].text if new else None


def desk_of(parts: Parts, sms: Kept) -> Desk:
    """What a worker answers with."""
    live, url, by_waitlist = parts.live, "https://visits.example", partial(answering.answer, parts.waitlist)
    return Desk(parts.db, parts.vault, live, parts.subscriptions, parts.clock, sms, url, by_waitlist)


async def owns(scene: Scene, person: Person, number: str = NUMBER) -> None:
    """The person has proved the number."""
    parts = scene.app.parts
    async with parts.db.transaction(as_system="test") as connection:
        keys = await parts.vault.keys(connection, person.id)
        await execute(
            connection,
            """INSERT INTO notification_preference (person_id, phone, phone_index, phone_verified_at, updated_at)
               VALUES (%(id)s, %(phone)s, %(index)s, %(now)s, %(now)s)""",
            {
                "id": person.id,
                "phone": keys.seal(number, "notification_preference.phone", person.id),
                "index": phone_index(parts.vault, number),
                "now": parts.clock(),
            },
        )
