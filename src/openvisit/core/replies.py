"""What people mean by the SMS they answer with, in English and Spanish.

A word, or a letter, and nothing else: who writes a sentence is not understood by a machine, and is told what is.
"""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum


class Reply(StrEnum):
    """What an answer asks for. Yes and no answer whatever was asked last; the other words are about visits."""

    YES = "yes"
    NO = "no"
    CONFIRM = "confirm"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    STOP = "stop"
    START = "start"
    HELP = "help"


_WORDS = {
    Reply.YES: "y yes ok si s accept acepto aceptar",
    Reply.NO: "n no decline rechazo rechazar",
    Reply.CONFIRM: "c confirm confirmed confirmar confirmo",
    Reply.RESCHEDULE: "r reschedule move change cambiar cambio mover",
    Reply.CANCEL: "x cancel cancelar cancelo anular",
    Reply.STOP: "stop stopall unsubscribe end quit optout revoke baja alto parar",
    Reply.START: "start unstop subscribe alta iniciar",
    Reply.HELP: "help info ayuda",
}
_MEANING = {word: reply for reply, words in _WORDS.items() for word in words.split()}


def meaning(text: str) -> Reply | None:
    """What a text asks for; None when it is none of our words. Case, accents and punctuation around it do not count."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    word = "".join(c if c.isalnum() else " " for c in plain).casefold().split()
    return _MEANING.get(word[0]) if len(word) == 1 else None


_KEYS = {"1": Reply.CONFIRM, "2": Reply.RESCHEDULE, "9": Reply.CANCEL, "0": Reply.STOP}
KEYS: Mapping[str, str] = {"key_confirm": "1", "key_move": "2", "key_cancel": "9", "key_stop": "0"}
"""The keys that a call about a visit may ask for, by the names that its words have for them."""


def pressed(digits: str) -> Reply | None:
    """What a key asks for that is pressed during a call; None for the others."""
    return _KEYS.get(digits)
