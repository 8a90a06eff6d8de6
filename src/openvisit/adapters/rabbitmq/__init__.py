"""RabbitMQ (AMQP 0-9-1) as the broker of events; the extra `rabbitmq`."""

from openvisit.adapters.rabbitmq.broker import RabbitEvents

__all__ = ["RabbitEvents"]
