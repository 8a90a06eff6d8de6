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
from openvisit.main.parts import build
from openvisit.platform import jobs, rate_limits, stalled_jobs
from openvisit.platform.clock import Clock, system_clock
from openvisit.platform.data_folder import key_file
from openvisit.platform.keyring import jobs as keyring_jobs
from openvisit.platform.pipeline import jobs as pipeline_jobs
from openvisit.platform.principal import SYSTEM, become
from openvisit.settings import Settings


@asynccontextmanager
async def worker(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[procrastinate.App]:
    """The job application with every feature's tasks, opened; run it with `run_worker_async`."""
    become(SYSTEM)
    parts = build(settings, clock)
    db, vault = parts.db, parts.vault
    key = partial(vapid_key, db, vault, clock())
    by_channel = senders(settings, key, parts.federation.outgoing)
    mailer = by_channel["email"]
    dispatcher = Dispatcher(db, clock, by_channel, TemplateWriter(vault, settings.public_url, mailer.origin))
    app = jobs.create_app(db)
    url = settings.public_url
    broker = events.broker(settings, db, clock)
    keys = key_file(settings.keyring_file, settings.openvisit_data_dir)
    blueprints = {
        "jobs": stalled_jobs.blueprint(),
        "keyring": keyring_jobs.blueprint(vault=vault, clock=clock, path=keys),
        "pipeline": pipeline_jobs.blueprint(db=db, vault=vault, clock=clock, broker=broker, source=url),
        "limits": rate_limits.blueprint(db, clock),
        "audit": audit_jobs.blueprint(db=db, vault=vault, clock=clock),
        "identity": identity_jobs.blueprint(db=db, vault=vault, mailer=mailer, clock=clock, public_url=url),
        "federation": federation_jobs.blueprint(db=db, vault=vault, mailer=mailer, clock=clock, public_url=url),
        "availability": availability_jobs.blueprint(db=db, clock=clock, horizon_days=settings.horizon_days),
        "booking": booking_jobs.blueprint(db=db, clock=clock),
        "waitlist": waitlist_jobs.blueprint(parts.waitlist, clock),
        room_jobs.NAMESPACE: room_jobs.blueprint(db, parts.live, clock),
        "recording": recording_jobs.blueprint(db=db, live=parts.live, clock=clock),
        chat_jobs.NAMESPACE: chat_jobs.blueprint(Chats(db, vault, parts.live), parts.subscriptions, clock),
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
        "reminders": reminder_jobs.blueprint(db=db, clock=clock),
        "notifications": notification_jobs.blueprint(dispatcher, vault=vault),
        "replies": reply_jobs.blueprint(
            Desk(
                db,
                vault,
                parts.live,
                parts.subscriptions,
                clock,
                by_channel["sms"],
                url,
                partial(answering.answer, parts.waitlist),
            )
        ),
        "webhooks": webhook_jobs.blueprint(db=db, clock=clock),
        "video": platform_jobs.blueprint(Studio(db, vault, parts.live, parts.subscriptions, parts.video_rooms, clock)),
    }
    for name, blueprint in blueprints.items():
        app.add_tasks_from(blueprint, namespace=name)
    await db.open()
    await vault.start()
    await parts.live.start()
    try:
        async with (
            app.open_async(),
            vault.following(parts.live),
            availability_jobs.keeping_next_free(db, parts.live, clock),
            booking_jobs.sweeping_holds(db, parts.live, clock),
            waitlist_jobs.watching(parts.waitlist, clock),
            dispatching(dispatcher),
        ):
            yield app
    finally:
        await close(by_channel)
        for rooms in parts.video_rooms.values():
            await rooms.close()
        await broker.close()
        await parts.live.stop()
        await db.close()


def queues(settings: Settings, consume: str | None = None) -> list[str]:
    """The queues of a worker: those of the one it consumes for, or all that have no such worker of their own."""
    if consume:
        return [consume]
    return sorted(jobs.QUEUES - (set(events.consumers()) if settings.events_url else set()))
