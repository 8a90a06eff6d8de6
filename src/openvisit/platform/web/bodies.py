"""Reading JSON bodies strictly: a number is not a truth value, a string no number, bad bytes are a bad request.

The framework decodes a body without its type and converts it leniently afterwards, as it must for what stands in a
query. Here the body is decoded once, straight into the type that the handler declares.
"""

import functools
import re
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures.state import State
from litestar.exceptions import SerializationException, ValidationException

_PLACE = re.compile(r"^(?P<message>.*) - at (?:`key` in )?`\$\.?(?P<path>.*)`$", re.DOTALL)


class StrictRequest(Request[Any, Any, State]):
    """The request that handlers get."""

    async def json(self) -> Any:
        """The body as the type that the handler's `data` names; as plain values where it names none.

        Errors: SerializationException when it cannot be read as JSON (400), ValidationException when it is JSON of
        another shape (422).
        """
        field = self.route_handler.parsed_fn_signature.parameters.get("data")
        return _decode(await self.body(), field.annotation if field else Any)


def _decode(body: bytes, kind: Any) -> Any:
    try:
        return _decoder(kind).decode(body)
    except msgspec.ValidationError as error:
        raise ValidationException("The body is not valid", extra=[_described(str(error))]) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SerializationException("The body is not JSON in UTF-8") from error
    except RecursionError as error:
        raise SerializationException("The body is nested too deeply") from error


@functools.cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _described(message: str) -> dict[str, str]:
    found = _PLACE.match(message)
    if found is None:
        return {"message": message, "source": "body"}
    return {"message": found["message"], "key": found["path"], "source": "body"}
