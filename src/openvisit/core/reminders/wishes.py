"""What a patient wishes, what a clinic usually does and allows, and what comes of the two.

Times of day are minutes since midnight on the wall; lengths of time are minutes, as people choose them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

CHANNELS = ("email", "sms", "push", "voice")

OFFSETS = (1440, 120, 30, 15)
"""How many minutes before a visit people are reminded where nobody said otherwise."""

LONGEST_OFFSET = 28 * 1440
SHORTEST_OFFSET = 5
MOST_OFFSETS = 10


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `start` until `end` on the clocks of the person's zone; past midnight where `end` is not after `start`.

    The two alike: never quiet. ValueError for a minute that no day has.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < 1440 and 0 <= self.end < 1440):
            raise ValueError("a minute of the day is 0 to 1439")


@dataclass(frozen=True, slots=True)
class Rules:
    """A clinic's usual way and its limits.

    `channels` and `offsets` are for patients who said nothing; `allowed` and `longest_offset`, `most` bind everybody.
    `join_link` is minutes before a video visit, `follow_up` minutes after any visit; None sends none.
    """

    channels: tuple[str, ...] = ("email", "sms")
    allowed: tuple[str, ...] = CHANNELS
    offsets: tuple[int, ...] = OFFSETS
    longest_offset: int = 14 * 1440
    most: int = 6
    quiet: Quiet | None = Quiet(21 * 60, 8 * 60)
    join_link: int | None = 10
    follow_up: int | None = 1440
    custom_messages: bool = True


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a patient said; None where they leave it to the clinic. `opted_out`: channels they want nothing by."""

    channels: tuple[str, ...] | None = None
    offsets: tuple[int, ...] | None = None
    quiet: Quiet | None = None
    never_quiet: bool = False
    opted_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Way:
    """How one patient is reminded at one clinic: `channels` in their order, `offsets` from the longest."""

    channels: tuple[str, ...]
    offsets: tuple[int, ...]
    quiet: Quiet | None
    join_link: int | None
    follow_up: int | None


def way(wishes: Wishes, rules: Rules, reachable: Sequence[str] = CHANNELS) -> Way:
    """What comes of wishes and rules: the patient's word, inside the clinic's limits.

    `reachable` are the channels that there is an address for. Of too many times the shortest are kept: they are the
    ones that prevent a visit from being missed.
    """
    usable = set(rules.allowed) & set(reachable) - wishes.opted_out
    channels = rules.channels if wishes.channels is None else wishes.channels
    offsets = rules.offsets if wishes.offsets is None else wishes.offsets
    within = sorted({minutes for minutes in offsets if minutes <= rules.longest_offset})[: rules.most]
    return Way(
        tuple(channel for channel in dict.fromkeys(channels) if channel in usable),
        tuple(reversed(within)),
        None if wishes.never_quiet else wishes.quiet or rules.quiet,
        rules.join_link,
        rules.follow_up,
    )


def for_news(
    chosen: Sequence[str],
    reachable: Collection[str],
    possible: Collection[str],
    opted_out: Collection[str],
    *,
    refusable: bool,
) -> tuple[str, ...]:
    """The channels of what happened to a visit: the chosen ones that it can be said by, and mail after them.

    Whoever booked a visit hears what becomes of it, so that mail is tried even where it was not chosen; what is
    `refusable` keeps from it whoever wants none.
    """
    channels = [channel for channel in chosen if channel in possible]
    by_mail = "email" in reachable and "email" in possible and not (refusable and "email" in opted_out)
    if by_mail and "email" not in channels:
        channels.append("email")
    return tuple(channels)
