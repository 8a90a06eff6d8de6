"""Values to look at a template with: a visit that nobody has."""

from datetime import UTC, datetime, timedelta

from openvisit.core.replies import KEYS
from openvisit.features.notifications.templates.kinds import Language
from openvisit.platform.mail.moments import brief, short, span
from openvisit.platform.mail.words import phrase

_START = datetime(2027, 3, 4, 14, 30, tzinfo=UTC)
_ZONE = "Europe/Madrid"
_WORDS = {
    "en": {"custom": "Please bring your card.", "place": "12 Market Street, 28001 Madrid", "price": "€45.00"},
    "es": {"custom": "Trae tu tarjeta, por favor.", "place": "Calle Mayor 12, 28001 Madrid", "price": "45,00 €"},
}


def values(language: Language, *, clinic: str, phone: str, name: str, public_url: str) -> dict[str, str]:
    """Everything that any kind may name; clinic, phone and name are those of who looks."""
    url = public_url.rstrip("/")
    answer = f"{url}/answer#sample"
    end, before = _START + timedelta(minutes=30), _START - timedelta(days=1)
    return {
        **_WORDS[language],
        "name": name,
        "for_whom": "",
        "with_whom": "Dr. Ana Flores",
        "clinic": clinic,
        "clinic_phone": phone,
        "when": span(_START, end, _ZONE, language),
        "when_short": short(_START, _ZONE, language),
        "when_brief": brief(_START, _ZONE, language),
        "other_when": "",
        "was": brief(before, _ZONE, language),
        "how": phrase("how_telehealth", language),
        "policy": phrase("policy_until_notice", language, notice=phrase("hours", language, count="24")),
        "minutes": "15",
        "until": brief(before, _ZONE, language),
        "count": "2",
        "visits": "\n".join(brief(start, _ZONE, language) for start in (_START, _START + timedelta(hours=2))),
        **KEYS,
        "link": f"{url}/visits/sample",
        "join_link": f"{url}/visit/sample",
        "check_link": f"{url}/visit/sample/check",
        **{
            f"{what}_link": answer
            for what in ("confirm", "reschedule", "cancel", "late", "accept", "decline", "answer", "rate")
        },
    }
