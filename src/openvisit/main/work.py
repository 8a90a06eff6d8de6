"""The worker: every feature's jobs, on the same parts as the application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import procrastinate

from openvisit.features.access import jobs as access_jobs
from openvisit.features.audit import jobs as audit_jobs
from openvisit.features.availability import jobs as availability_jobs
from openvisit.features.booking import jobs as booking_jobs
from openvisit.features.identity import jobs as identity_jobs
from openvisit.features.identity.federation import jobs as federation_jobs
from openvisit.features.notifications import jobs as notification_jobs
from openvisit.features.notifications.devices.vapid import vapid_key
from openvisit.features.notifications.reminders import jobs as reminder_jobs
from openvisit.features.notifications.reminders.dispatch import Dispatcher, dispatching
from openvisit.features.notifications.reminders.writing import TemplateWriter
from openvisit.features.notifications.replies import jobs as reply_jobs
from openvisit.features.notifications.replies.desk import Desk
from openvisit.features.notifications.webhooks import jobs as webhook_jobs
from openvisit.features.privacy import jobs as privacy_jobs
from openvisit.features.telehealth.chat import jobs as chat_jobs
from openvisit.features.telehealth.chat.access import Chats
from openvisit.features.telehealth.platforms import jobs as platform_jobs
from openvisit.features.telehealth.platforms.settling import Studio
from openvisit.features.telehealth.recording import jobs as recording_jobs
from openvisit.features.telehealth.rooms import jobs as room_jobs
from openvisit.features.waitlist import answering
from openvisit.features.waitlist import jobs as waitlist_jobs
from openvisit.main import events
from openvisit.main.channels import close, senders
from openvisit.main.parts import Parts, build
from openvisit.platform import jobs, rate_limits, stalled_jobs
from openvisit.platform.channels import NULL, Sender
from openvisit.platform.clock import Clock, system_clock
from openvisit.platform.data_folder import key_file
from openvisit.platform.keyring import jobs as keyring_jobs
from openvisit.platform.pipeline import jobs as pipeline_jobs
from openvisit.platform.pipeline.ports import Broker
from openvisit.platform.principal import SYSTEM, become
from openvisit.settings import Settings


@asynccontextmanager
async def worker(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[procrastinate.App]:
    """The job application with every feature's tasks, opened; run it with `run_worker_async`."""
    become(SYSTEM)
    parts = build(settings, clock)
    by_channel = senders(settings, partial(vapid_key, parts.db, parts.vault, clock()), parts.federation.outgoing)
    texts = by_channel["sms"].vendor != NULL
    writer = TemplateWriter(parts.vault, settings.public_url, by_channel["email"].origin, texts)
    dispatcher = Dispatcher(parts.db, clock, by_channel, writer)
    broker = events.broker(settings, parts.db, clock)
    app = jobs.create_app(parts.db)
    for name, blueprint in _blueprints(settings, parts, clock, dispatcher, broker).items():
        app.add_tasks_from(blueprint, namespace=name)
    try:
        async with _running(parts, clock), app.open_async(), dispatching(dispatcher):
            yield app
    finally:
        await close(by_channel)
        for rooms in parts.video_rooms.values():
            await rooms.close()
        await broker.close()


@asynccontextmanager
async def _running(parts: Parts, clock: Clock) -> AsyncIterator[None]:
    """The parts opened, and what a worker looks after beside its jobs."""
    db, vault, live = parts.db, parts.vault, parts.live
    await db.open()
    await vault.start()
    await live.start()
    try:
        async with (
            vault.following(live),
            availability_jobs.keeping_next_free(db, live, clock),
            booking_jobs.sweeping_holds(db, live, clock),
            waitlist_jobs.watching(parts.waitlist, clock),
        ):
            yield
    finally:
        await live.stop()
        await db.close()


def _blueprints(
    settings: Settings, parts: Parts, clock: Clock, dispatcher: Dispatcher, broker: Broker
) -> dict[str, procrastinate.Blueprint]:
    """Everybody's tasks, by the namespace that their names begin with."""
    db, vault, url = parts.db, parts.vault, settings.public_url
    return {
        "jobs": stalled_jobs.blueprint(),
        "keyring": keyring_jobs.blueprint(
            vault=vault, clock=clock, path=key_file(settings.keyring_file, settings.openvisit_data_dir)
        ),
        "pipeline": pipeline_jobs.blueprint(
            db=db, vault=vault, clock=clock, broker=broker, source=url, hearers=events.hearers(settings)
        ),
        "limits": rate_limits.blueprint(db, clock),
        "audit": audit_jobs.blueprint(db=db, vault=vault, clock=clock),
        "availability": availability_jobs.blueprint(db=db, clock=clock, horizon_days=settings.horizon_days),
        "booking": booking_jobs.blueprint(db=db, clock=clock),
        "waitlist": waitlist_jobs.blueprint(parts.waitlist, clock),
        **_of_people(parts, clock, dispatcher.senders["email"], url),
        **_of_messages(parts, clock, dispatcher, url),
        **_of_visits(parts, clock),
    }


def _of_people(parts: Parts, clock: Clock, mailer: Sender, url: str) -> dict[str, procrastinate.Blueprint]:
    db, vault = parts.db, parts.vault
    return {
        "identity": identity_jobs.blueprint(db=db, vault=vault, mailer=mailer, clock=clock, public_url=url),
        "federation": federation_jobs.blueprint(db=db, vault=vault, mailer=mailer, clock=clock, public_url=url),
        "access": access_jobs.blueprint(db=db, vault=vault, mailer=mailer, clock=clock, public_url=url),
        "privacy": privacy_jobs.blueprint(
            db=db,
            vault=vault,
            live=parts.live,
            subscriptions=parts.subscriptions,
            mailer=mailer,
            clock=clock,
            public_url=url,
        ),
    }


def _of_messages(parts: Parts, clock: Clock, dispatcher: Dispatcher, url: str) -> dict[str, procrastinate.Blueprint]:
    db, vault, live, subscriptions = parts.db, parts.vault, parts.live, parts.subscriptions
    answer = partial(answering.answer, parts.waitlist)
    desk = Desk(db, vault, live, subscriptions, clock, dispatcher.senders["sms"], url, answer)
    return {
        "reminders": reminder_jobs.blueprint(db=db, clock=clock),
        "notifications": notification_jobs.blueprint(dispatcher, vault=vault),
        "replies": reply_jobs.blueprint(desk),
        "webhooks": webhook_jobs.blueprint(db=db, clock=clock),
    }


def _of_visits(parts: Parts, clock: Clock) -> dict[str, procrastinate.Blueprint]:
    db, vault, live, subscriptions = parts.db, parts.vault, parts.live, parts.subscriptions
    studio = Studio(db, vault, live, subscriptions, parts.video_rooms, clock)
    return {
        room_jobs.NAMESPACE: room_jobs.blueprint(db, live, clock),
        "recording": recording_jobs.blueprint(db=db, live=live, clock=clock),
        chat_jobs.NAMESPACE: chat_jobs.blueprint(Chats(db, vault, live), subscriptions, clock),
        "video": platform_jobs.blueprint(studio),
    }


def queues(settings: Settings, consume: str | None = None) -> list[str]:
    """The queues of a worker: those of the one it consumes for, or all that have no such worker of their own."""
    if consume:
        return [consume]
    return sorted(jobs.QUEUES - (set(events.consumers()) if settings.events_url else set()))
