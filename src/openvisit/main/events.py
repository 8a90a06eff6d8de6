"""Who hears events, and by which way: jobs in PostgreSQL, or a broker where `EVENTS_URL` names one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

from openvisit.adapters.master_keys import vault_of
from openvisit.core.event_types import TYPES
from openvisit.features.notifications import jobs as notification_jobs
from openvisit.features.notifications.reminders import jobs as reminder_jobs
from openvisit.features.notifications.replies import jobs as reply_jobs
from openvisit.features.telehealth.platforms import jobs as platform_jobs
from openvisit.features.telehealth.rooms import jobs as room_jobs
from openvisit.features.waitlist import jobs as waitlist_jobs
from openvisit.platform.clock import Clock, system_clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.events import Hearer, Subscriptions
from openvisit.platform.pipeline import dead_letters, inbox
from openvisit.platform.pipeline import jobs as pipeline_jobs
from openvisit.platform.pipeline.direct import Direct
from openvisit.platform.pipeline.inbox import Consumer
from openvisit.platform.pipeline.ports import Broker, Dead
from openvisit.platform.principal import SYSTEM, become
from openvisit.settings import Settings, SettingsError

EXTRAS = {"amqp": "rabbitmq", "amqps": "rabbitmq", "kafka": "kafka", "kafkas": "kafka"}
"""Which extra of the package each kind of address needs."""


def consumers() -> dict[str, Consumer]:
    """Who can run from the broker, each with the tasks that hear events in it."""
    notifications = Subscriptions()
    notification_jobs.subscribe(notifications)
    reminder_jobs.subscribe(notifications)
    return {"notifications": Consumer("notifications", notifications)}


def subscriptions(settings: Settings) -> Subscriptions:
    """Who is told of an event in the transaction that writes it."""
    told = Subscriptions()
    waitlist_jobs.subscribe(told)
    reply_jobs.subscribe(told)
    platform_jobs.subscribe(told)
    room_jobs.subscribe(told)
    if settings.events_url:
        told.add(pipeline_jobs.PUBLISH, *TYPES, queue=pipeline_jobs.QUEUE)
    else:
        notification_jobs.subscribe(told)
        reminder_jobs.subscribe(told)
    return told


def hearers(settings: Settings) -> dict[str, Hearer]:
    """Every task that hears events, and the queue it hears them in."""
    told = subscriptions(settings).by_task()
    if not settings.events_url:
        return told
    del told[pipeline_jobs.PUBLISH]
    by_broker = {
        task: Hearer(task, name) for name, consumer in consumers().items() for task in consumer.heard.by_task()
    }
    return told | by_broker


def broker(settings: Settings, db: Database, clock: Clock) -> Broker:
    """The broker that `EVENTS_URL` names, or its twin; nothing is opened yet. Errors: SettingsError."""
    known = consumers()
    if not settings.events_url:
        return Direct({name: partial(_take, db, clock, consumer) for name, consumer in known.items()})
    extra = EXTRAS[urlsplit(settings.events_url).scheme]
    try:
        if extra == "rabbitmq":
            from openvisit.adapters.rabbitmq import RabbitEvents

            return RabbitEvents(settings.events_url, tuple(known))
        from openvisit.adapters.kafka import KafkaEvents

        return KafkaEvents(settings.events_url)
    except ImportError as error:
        raise SettingsError(f"EVENTS_URL needs a package: pip install 'openvisit[{extra}]'") from error
    except (ValueError, OSError) as error:
        raise SettingsError(str(error)) from error


@asynccontextmanager
async def consuming(settings: Settings, name: str, clock: Clock = system_clock) -> AsyncIterator[None]:
    """Take a consumer's events from the broker while the context is open. Errors: SettingsError."""
    become(SYSTEM)
    consumer = consumers().get(name)
    if consumer is None:
        raise SettingsError(f"--consume knows {', '.join(consumers())}; not {name!r}")
    if not settings.events_url:
        raise SettingsError("--consume takes events from a broker: set EVENTS_URL")
    db, vault = Database(settings.database_url, size=3), vault_of(settings)
    events = broker(settings, db, clock)
    await db.open()
    await vault.start()
    try:
        async with events.consuming(name, partial(_take, db, clock, consumer), partial(_keep, db, vault, clock)):
            yield
    finally:
        await events.close()
        await db.close()


async def reach(settings: Settings) -> str:
    """What answers at `EVENTS_URL`, in words. Errors: BrokerAway, SettingsError."""
    events = broker(settings, Database(settings.database_url), system_clock)
    try:
        return await events.reachable()
    finally:
        await events.close()


async def _take(db: Database, clock: Clock, consumer: Consumer, body: bytes) -> None:
    await inbox.take(db, consumer, body, clock)


async def _keep(db: Database, vault: Vault, clock: Clock, dead: Dead) -> None:
    async def written() -> None:
        async with db.transaction() as connection:
            await dead_letters.keep(connection, vault, dead, clock())

    await inbox.patiently(written)
