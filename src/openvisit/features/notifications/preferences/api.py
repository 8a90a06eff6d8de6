"""HTTP of preferences, and of clinics' rules for reminders."""

from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, HeaderParameter, JSONBody, PathParameter
from litestar.response import Redirect

from openvisit.core.errors import NotFound, VersionMismatch
from openvisit.core.permissions import Actor
from openvisit.features.identity.errors import CodeInvalid, UnknownPatient
from openvisit.features.notifications.preferences import addresses, commands, reading, wire
from openvisit.features.notifications.preferences.errors import NoPhone, UnsubscribeOver
from openvisit.features.notifications.preferences.examples import EXAMPLES as EXAMPLES
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route
from openvisit.platform.web.versions import etag, expected_version

_TAGS = ["messages"]
_Versioned = TypeVar("_Versioned", wire.NotificationPreferences, wire.ReminderRules)
IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", max_length=100, description="The ETag that was read; optional")
]
Token = Annotated[str, PathParameter(pattern="^[A-Za-z0-9_-]{1,120}$", description="What the mail's header says")]


@route(
    "GET",
    "/me/notification-preferences",
    permission="notification-preference:read",
    summary="How you are told about visits",
    tags=_TAGS,
)
async def get_preferences(
    db: NamedDependency[Database], vault: NamedDependency[Vault], actor: NamedDependency[Actor]
) -> Response[wire.NotificationPreferences]:
    """What is null is left to the clinic of each visit."""
    async with db.connection() as connection:
        return _tagged(await reading.own(connection, vault, actor.person_id))


@route(
    "PUT",
    "/me/notification-preferences",
    permission="notification-preference:edit",
    summary="Change how you are told about visits",
    can_fail=[VersionMismatch],
    tags=_TAGS,
)
async def put_preferences(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.NotificationPreferencesChange],
    if_match: IfMatch = None,
) -> Response[wire.NotificationPreferences]:
    """Reminders that wait are planned anew. A clinic's limits count all the same."""
    return _tagged(await commands.change(db, vault, actor, data, expected=_expected(if_match), now=now))


@route(
    "PUT",
    "/me/phone",
    permission="notification-preference:edit",
    summary="Give a telephone number for SMS and calls; a code is sent to it",
    tags=_TAGS,
)
async def put_phone(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.PhoneOnly],
) -> wire.NotificationPreferences:
    """Nothing else is sent to it before the code comes back."""
    return await addresses.set_phone(db, vault, actor, data.phone, now=now)


@route(
    "DELETE",
    "/me/phone",
    permission="notification-preference:edit",
    summary="Take the telephone number away",
    status=200,
    tags=_TAGS,
)
async def delete_phone(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
) -> wire.NotificationPreferences:
    """No SMS and no calls from now on."""
    return await addresses.drop_phone(db, vault, actor, now=now)


@route(
    "POST",
    "/me/phone/code",
    permission="notification-preference:edit",
    summary="Send the code to the telephone once more",
    can_fail=[NoPhone],
    status=202,
    tags=_TAGS,
)
async def send_phone_code(
    db: NamedDependency[Database], now: NamedDependency[datetime], actor: NamedDependency[Actor]
) -> None:
    """Five an hour at most, and five a day to one number."""
    await addresses.ask_code(db, actor, addresses.PHONE, now=now)


@route(
    "POST",
    "/me/phone/confirm",
    permission="notification-preference:edit",
    summary="Prove the telephone number by the code sent to it",
    can_fail=[CodeInvalid],
    tags=_TAGS,
)
async def confirm_phone(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.AddressCode],
) -> wire.NotificationPreferences:
    """SMS and calls may go there from now on."""
    return await addresses.prove(db, vault, actor, addresses.PHONE, data.code, now=now)


@route(
    "POST",
    "/me/mailbox/code",
    permission="notification-preference:edit",
    summary="Send a code to your mailbox, to prove that it takes mail again",
    status=202,
    tags=_TAGS,
)
async def send_mailbox_code(
    db: NamedDependency[Database], now: NamedDependency[datetime], actor: NamedDependency[Actor]
) -> None:
    """For an address whose mails came back."""
    await addresses.ask_code(db, actor, addresses.MAILBOX, now=now)


@route(
    "POST",
    "/me/mailbox/confirm",
    permission="notification-preference:edit",
    summary="Prove that your mailbox takes mail again, by the code sent to it",
    can_fail=[CodeInvalid],
    tags=_TAGS,
)
async def confirm_mailbox(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.AddressCode],
) -> wire.NotificationPreferences:
    """Reminders go there again."""
    return await addresses.prove(db, vault, actor, addresses.MAILBOX, data.code, now=now)


@route(
    "GET",
    "/patients/{patient_id:uuid}/reachability",
    permission="patient:read",
    summary="Whether messages reach a patient, without the addresses",
    can_fail=[UnknownPatient],
    tags=_TAGS,
)
async def get_reachability(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    patient_id: FromPath[UUID],
) -> wire.Reachability:
    """For those who may see the patient; written into the audit."""
    async with db.transaction() as connection:
        return await reading.reachability(connection, actor, patient_id, now)


@route(
    "POST",
    "/patients/{patient_id:uuid}/reachability/restore",
    permission="address:restore",
    summary="Mark an address of a patient good again, that was found to be dead",
    can_fail=[UnknownPatient],
    status=200,
    tags=_TAGS,
)
async def restore_address(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    patient_id: FromPath[UUID],
    data: JSONBody[wire.AddressToRestore],
) -> wire.Reachability:
    """For the front desk; written into the audit. Reminders that wait are planned anew."""
    return await addresses.restore(db, actor, patient_id, data.address, now=now)


@route(
    "POST",
    "/unsubscribe/{token:str}",
    permission="link:use",
    summary="Opt out of reminders by mail with one click (RFC 8058)",
    can_fail=[UnsubscribeOver],
    tags=_TAGS,
)
async def unsubscribe(
    db: NamedDependency[Database], vault: NamedDependency[Vault], now: NamedDependency[datetime], token: Token
) -> None:
    """Mailbox providers post here what `List-Unsubscribe-Post` says; without signing in, again changes nothing."""
    if not await commands.unsubscribe(db, vault, token, now=now):
        raise UnsubscribeOver


@route(
    "GET",
    "/unsubscribe/{token:str}",
    permission="link:use",
    summary="The page that asks before it unsubscribes; changes nothing",
    status=303,
    tags=_TAGS,
)
async def unsubscribe_page(token: Token) -> Redirect:
    """For mail programs that only open the address."""
    return Redirect(f"/unsubscribe#{token}", status_code=303)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/reminder-rules",
    permission="reminder-rules:manage",
    summary="How a clinic usually reminds, and its limits",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def get_rules(
    db: NamedDependency[Database], actor: NamedDependency[Actor], clinic_id: FromPath[UUID]
) -> Response[wire.ReminderRules]:
    """For its admins."""
    async with db.connection() as connection:
        return _tagged(await reading.rules_shown(connection, actor, clinic_id))


@route(
    "PUT",
    "/clinics/{clinic_id:uuid}/reminder-rules",
    permission="reminder-rules:manage",
    summary="Change how a clinic usually reminds, and its limits",
    can_fail=[NotFound, VersionMismatch],
    tags=_TAGS,
)
async def put_rules(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    data: JSONBody[wire.ReminderRulesChange],
    if_match: IfMatch = None,
) -> Response[wire.ReminderRules]:
    """Reminders that wait are planned anew."""
    return _tagged(await commands.change_rules(db, actor, clinic_id, data, expected=_expected(if_match), now=now))


def _expected(if_match: str | None) -> int | None:
    return expected_version(if_match) if if_match else None


def _tagged(found: _Versioned) -> Response[_Versioned]:
    return Response(found, headers={"ETag": etag(found.version)})


ROUTES: list[HTTPRouteHandler] = [
    get_preferences,
    put_preferences,
    put_phone,
    delete_phone,
    send_phone_code,
    confirm_phone,
    send_mailbox_code,
    confirm_mailbox,
    get_reachability,
    restore_address,
    unsubscribe,
    unsubscribe_page,
    get_rules,
    put_rules,
]
