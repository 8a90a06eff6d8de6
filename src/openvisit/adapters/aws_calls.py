"""Calling AWS by boto3 (extra `aws`), in a thread, once: whether to try again is for the one who sends to say.

Region and credentials come from where AWS tools look for them: the environment, or the role of the machine.
"""

import asyncio
from typing import Any

from openvisit.platform.channels import Doubtful, Refused
from openvisit.settings import SettingsError

_FOR_GOOD = frozenset(
    {"MessageRejected", "BadRequestException", "InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid"}
)
"""Refusals of this message. Throttling, a paused account, a domain not proved yet: those may be right tomorrow."""


def client(service: str, seconds: float) -> Any:
    """A client that tries once. Errors: SettingsError without the library."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise SettingsError("Amazon's services need the extra `aws`: pip install 'openvisit[aws]'") from None
    return boto3.client(
        service,
        config=Config(connect_timeout=min(5.0, seconds), read_timeout=seconds, retries={"total_max_attempts": 1}),
    )


async def call(method: Any, **request: Any) -> dict[str, Any]:
    """Make one call. Errors: Refused, Doubtful."""
    from botocore import exceptions
    from botocore.parsers import ResponseParserError

    try:
        answer: dict[str, Any] = await asyncio.to_thread(method, **request)
    except exceptions.ParamValidationError:
        raise Refused("not a request that AWS takes", permanent=True) from None
    except exceptions.ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        raise Refused(f"refused with {code[:64]}", permanent=code in _FOR_GOOD) from None
    except (exceptions.ReadTimeoutError, exceptions.ConnectionClosedError, exceptions.ResponseStreamingError) as error:
        raise Doubtful(type(error).__name__) from None
    except ResponseParserError:
        raise Doubtful("an answer that cannot be read") from None
    except exceptions.BotoCoreError as error:  # no credentials, no region, no connection
        raise Refused(f"not reached: {type(error).__name__}", permanent=False) from None
    return answer
