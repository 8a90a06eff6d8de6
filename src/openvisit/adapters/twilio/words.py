"""What a call says, as TwiML (https://www.twilio.com/docs/voice/twiml)."""

from xml.sax.saxutils import escape, quoteattr

_VOICES = {"en": "en-GB", "es": "es-ES"}
_HEARD = {
    "en": "Thank you, we have your answer. Goodbye.",
    "es": "Gracias, hemos recibido tu respuesta. Adiós.",
}
_NOT_HEARD = {
    "en": "That key has no meaning here. Goodbye.",
    "es": "Esa tecla no tiene función aquí. Adiós.",
}
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def spoken(text: str, language: str, *, digits: str = "", answers: str = "") -> str:
    """The words, twice, so that whoever was slow to listen hears them; `digits` are waited for at `answers`."""
    said = _say(text, language)
    if digits:
        gather = f'<Gather numDigits="1" timeout="8" action={quoteattr(answers)} method="POST">{said}</Gather>'
        return _response(gather * 2)
    return _response(f'{said}<Pause length="1"/>{said}')


def heard(language: str) -> str:
    """Said when a key was pressed that was asked for."""
    return _response(_say(_HEARD.get(language, _HEARD["en"]), language))


def not_heard(language: str) -> str:
    """Said when another key was pressed."""
    return _response(_say(_NOT_HEARD.get(language, _NOT_HEARD["en"]), language))


def _say(text: str, language: str) -> str:
    return f"<Say language={quoteattr(_VOICES.get(language, _VOICES['en']))}>{escape(text)}</Say>"


def _response(content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{content}</Response>'
