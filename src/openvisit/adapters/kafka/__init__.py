"""Kafka as the broker of events; the extra `kafka`."""

from openvisit.adapters.kafka.broker import KafkaEvents

__all__ = ["KafkaEvents"]
