"""What a starting installation tells its reader: one line a step, with its time."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_FRAMES = "|/-\\"
_WIDTH = 48


class Progress:
    """Steps on a terminal turn while they last and stay with their time; elsewhere each is one plain line.

    A step that has more to tell gets its name as a heading and what it tells below.
    """

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._writing = threading.Lock()
        self._turning = False
        self._heading: str | None = None

    def say(self, words: str) -> None:
        """A line of its own, or a line below the step that is going on."""
        with self._writing:
            if self._heading:
                self._line(f"  {self._heading}")
                self._heading = ""
            self._line(f"  {words}" if self._heading is None else f"    {words}")

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """Show that this is being done, then that it is done and how long it took."""
        begun = time.monotonic()
        done = threading.Event()
        turner = threading.Thread(target=self._turn, args=(words, begun, done), daemon=True)
        self._heading = words
        if self._terminal:
            turner.start()
        outcome = "stopped"
        try:
            yield
            outcome = "done"
        finally:
            done.set()
            if self._terminal:
                turner.join()
            self._finish(words, outcome, time.monotonic() - begun)

    def _finish(self, words: str, outcome: str, seconds: float) -> None:
        with self._writing:
            named = words if outcome == "done" else f"{words}, {outcome}"
            text = f"  {named}" if self._heading else f"    {outcome}"
            self._line(f"{text:<{_WIDTH}} {seconds:6.1f} s")
            self._heading = None

    def _turn(self, words: str, begun: float, done: threading.Event) -> None:
        turn = 0
        while not done.wait(0.15):
            turn += 1
            with self._writing:
                print(f"\r{_FRAMES[turn % 4]} {words} {time.monotonic() - begun:.0f} s", end="\033[K", flush=True)
                self._turning = True

    def _line(self, text: str) -> None:
        if self._turning:
            print("\r", end="\033[K")
            self._turning = False
        print(text, flush=True)
