"""The AsyncAPI description of what leaves by a broker, made by FastStream from the addresses that the adapters use."""

from typing import Annotated, Any

import msgspec
import yaml
from faststream.kafka import KafkaBroker
from faststream.rabbit import RabbitBroker
from faststream.specification import AsyncAPI
from pydantic import WithJsonSchema

from openvisit.adapters.kafka.broker import EVENTS as TOPIC
from openvisit.adapters.rabbitmq.topology import EVENTS as EXCHANGE
from openvisit.core.event_types import TYPES
from openvisit.platform.pipeline.cloud_events import CONTENT_TYPE, CloudEvent

VERSION = "1"
"""Raised when a message that was good before is no longer."""

_ABOUT = """Facts about visits, as CloudEvents 1.0 in structured JSON: ids, codes and instants, never health text.

Each may come more than once, with the same `id`; those of one `subject` come in the order of what happened."""


def document() -> str:
    """The description as YAML; needs no broker."""
    rabbit = RabbitBroker("amqp://rabbitmq:5672/", description="RabbitMQ, where EVENTS_URL is amqp:// or amqps://")
    kafka = KafkaBroker("kafka:9092", description="Kafka, where EVENTS_URL is kafka:// or kafkas://")
    kept: list[object] = [
        rabbit.publisher(
            exchange=EXCHANGE, routing_key=type_, title=type_, description=words, schema=_message(words, type_)
        )
        for type_, words in TYPES.items()
    ]
    kept.append(kafka.publisher(TOPIC, title=TOPIC, description=_ABOUT, schema=_message("Any event.", *TYPES)))
    described = AsyncAPI(
        rabbit,
        kafka,
        title="OpenVisit's events",
        version=VERSION,
        description=_ABOUT,
        license={"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
    )
    found: dict[str, Any] = _plain_names(described.to_specification().to_jsonable())
    found["defaultContentType"] = CONTENT_TYPE
    assert kept  # noqa: S101 - FastStream holds its publishers weakly: they have to last until here
    return str(yaml.safe_dump(found, sort_keys=True, width=120, allow_unicode=True))


def _plain_names(part: Any) -> Any:
    """The same without colons in the names of components, which AsyncAPI 3 does not allow."""
    if isinstance(part, dict):
        return {name.replace(":", "."): _plain_names(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_plain_names(value) for value in part]
    if isinstance(part, str) and part.startswith("#/"):
        return part.replace(":", ".")
    return part


def _message(words: str, *types: str) -> Any:
    """The type that FastStream writes into the document: our own schema of a CloudEvent, for these types."""
    _, schemas = msgspec.json.schema_components([CloudEvent], ref_template="#/components/schemas/{name}")
    schema = {**schemas["CloudEvent"], "description": words}
    schema["properties"] = {**schema["properties"], "type": {"enum": list(types)}}
    return Annotated[dict[str, Any], WithJsonSchema(schema)]
