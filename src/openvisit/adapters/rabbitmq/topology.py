"""What there is at RabbitMQ: one exchange of events, a queue for each consumer, and one for what they set aside."""

from faststream.rabbit import ExchangeType, RabbitExchange, RabbitQueue

EVENTS = RabbitExchange("openvisit.events", type=ExchangeType.TOPIC, durable=True)
DEAD = RabbitExchange("openvisit.dead", type=ExchangeType.FANOUT, durable=True)
DEAD_QUEUE = RabbitQueue("openvisit.dead", durable=True)

_PREFIX = "openvisit."


def queue(consumer: str) -> RabbitQueue:
    """A consumer's queue: on disk, and given to one process at a time.

    It hears every type, so that one its consumer does not know is set aside rather than lost. Classic and not quorum:
    a single node of RabbitMQ 3.10 that was killed did not give its quorum queues back for minutes.
    """
    return RabbitQueue(
        f"{_PREFIX}{consumer}",
        durable=True,
        routing_key="#",
        arguments={"x-single-active-consumer": True, "x-dead-letter-exchange": DEAD.name},
    )


def consumer_of(queue_name: str) -> str:
    """Whose queue it is."""
    return queue_name.removeprefix(_PREFIX)
