"""When a video call was a bad one, by its numbers."""

from dataclasses import dataclass

MOST_LOSS = 5.0
"""Per cent of packets; above it speech has gaps that concealment does not hide."""
MOST_DELAY = 400.0
"""Milliseconds there and back in the worst twentieth of the call; people begin to talk over each other (ITU-T G.114 has
its limit for talking at ease at 400 ms one way, echo and video not counted)."""
MOST_JITTER = 60.0
"""Milliseconds; beyond it the buffers that even it out add a delay that is heard."""
MOST_WITHOUT_PICTURE = 0.2
"""Of the call's time."""
MOST_RECONNECTS = 2


@dataclass(frozen=True, slots=True)
class CallNumbers:
    """What one side's browser measured over a call."""

    seconds: int
    rtt_ms: float
    rtt_p95_ms: float
    loss_percent: float
    jitter_ms: float
    steps_down: int
    reconnects: int
    audio_only_seconds: int
    relayed: bool


def bad(call: CallNumbers) -> bool:
    """Whether somebody in it will have been bothered: any one of the limits is passed."""
    return (
        call.loss_percent > MOST_LOSS
        or call.rtt_p95_ms > MOST_DELAY
        or call.jitter_ms > MOST_JITTER
        or call.reconnects > MOST_RECONNECTS
        or call.audio_only_seconds > MOST_WITHOUT_PICTURE * call.seconds
    )
