"""Every mail OpenVisit writes: its words in each language, its layout, and its headers.

    message = compose(
        "verification_code", person.language, {"name": person.full_name, "code": "123456", "minutes": "15"},
        to=address, to_name=person.full_name, key=f"{job_id}.{person_id}", now=now,
    )
    await mailer.send(message)

| kind | values (all text) |
|---|---|
| `verification_code` | `name` `code` `minutes` |
| `already_registered` | `name` `sign_in_link` `reset_link` |
| `invitation` | `name` `clinic` `link` `days` |
| `password_reset` | `name` `link` `code` `minutes` (either of `link` and `code` may be empty, not both) |
| `connect_code` | `name` `code` `minutes` |
| `identity_connected` `identity_disconnected` | `name` `provider` `security_link` |
| `appointment_*` | see `openvisit.features.notifications.letters` |

`mime.as_mime` makes of it what an SMTP server takes. `render` gives subject, plain text and HTML alone. A language
that is not known (en, es) reads English. A paragraph of the catalogue that names an empty value is left out. `key`
makes the Message-ID: the same key, the same Message-ID, so that a mail sent again after a crash is recognised as the
same.
"""

from openvisit.platform.mail.compose import compose
from openvisit.platform.mail.words import render

__all__ = ["compose", "render"]
