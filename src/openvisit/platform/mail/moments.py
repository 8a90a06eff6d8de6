"""Times as people read them in a mail, never without their zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

_WORDS = {
    "en": {
        "days": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "months": "January February March April May June July August September October November December",
        "date": "{day_name} {day} {month} {year}",
    },
    "es": {
        "days": "lunes martes miércoles jueves viernes sábado domingo",
        "months": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "date": "{day_name}, {day} de {month} de {year}",
    },
}


def span(start: datetime, end: datetime, zone: str, language: str) -> str:
    """From when to when on the zone's clock: "Thursday 3 December 2026, 14:30-15:00 (Europe/Madrid, UTC+1)".

    Written with an en dash. A span over midnight names both days.
    """
    first, last = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    until = f"{last:%H:%M}" if last.date() == first.date() else f"{_date(last, language)}, {last:%H:%M}"
    between = "\u2013" if last.date() == first.date() else " \u2013 "
    return f"{_date(first, language)}, {first:%H:%M}{between}{until} ({_zone(zone, first)})"


def short(start: datetime, zone: str, language: str) -> str:
    """When it starts, for a subject line: "Thursday 3 December 2026, 14:30"."""
    local = start.astimezone(ZoneInfo(zone))
    return f"{_date(local, language)}, {local:%H:%M}"


def brief(start: datetime, zone: str, language: str) -> str:
    """When it starts, for an SMS: "Thu 3 Dec, 14:30", "jue 3 dic, 14:30". The zone is for the caller to add."""
    words, local = _WORDS.get(language, _WORDS["en"]), start.astimezone(ZoneInfo(zone))
    day, month = words["days"].split()[local.weekday()][:3], words["months"].split()[local.month - 1][:3]
    return f"{day} {local.day} {month}, {local:%H:%M}"


def moment(at: datetime, zone: str, language: str) -> str:
    """An instant on the zone's clock: "Thursday 3 December 2026, 14:30 (Europe/Madrid, UTC+1)"."""
    return f"{short(at, zone, language)} ({_zone(zone, at.astimezone(ZoneInfo(zone)))})"


def same_clock(at: datetime, one: str, other: str) -> bool:
    """Whether clocks in two zones show the same at that instant."""
    return at.astimezone(ZoneInfo(one)).utcoffset() == at.astimezone(ZoneInfo(other)).utcoffset()


def _date(local: datetime, language: str) -> str:
    words = _WORDS.get(language, _WORDS["en"])
    return words["date"].format(
        day_name=words["days"].split()[local.weekday()],
        day=local.day,
        month=words["months"].split()[local.month - 1],
        year=local.year,
    )


def _zone(name: str, local: datetime) -> str:
    minutes = round((local.utcoffset() or local - local).total_seconds() / 60)
    if name == "UTC":
        return name
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"{name.replace('_', ' ')}, UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
