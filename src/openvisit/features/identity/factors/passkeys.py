"""Passkeys (WebAuthn level 3): set up, used as a second factor or alone, named, removed."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from openvisit.core.ids import new_id
from openvisit.features.identity.factors import challenges, wire
from openvisit.features.identity.factors.challenges import Purpose, RelyingParty
from openvisit.features.identity.factors.errors import PasskeyLimit, PasskeyRefused, ProofWrong, UnknownPasskey
from openvisit.platform import log
from openvisit.platform.db import Connection, Row, execute, fetch_all, fetch_one

MOST = 20
_TRANSPORTS = {transport.value for transport in AuthenticatorTransport}
_logger = log.get("passkeys")


@dataclass(frozen=True, slots=True)
class Assured:
    """What the answer of a passkey proves: whose it is, and whether the authenticator asked for a finger, a face or a
    PIN (`verified`), which makes it two factors in one."""

    person_id: UUID
    verified: bool
    synced: bool

    @property
    def amr(self) -> list[str]:
        """In words of RFC 8176: a key in software that is synced, or in hardware."""
        return ["swk" if self.synced else "hwk", *(["user", "mfa"] if self.verified else [])]


async def registration_options(
    connection: Connection,
    rp: RelyingParty,
    person_id: UUID,
    session_id: UUID,
    *,
    account: str,
    full_name: str,
    now: datetime,
) -> dict[str, Any]:
    """What the browser makes a new passkey by. Errors: PasskeyLimit."""
    held = await _held(connection, person_id)
    if len(held) >= MOST:
        raise PasskeyLimit
    options = webauthn.generate_registration_options(
        rp_id=rp.id,
        rp_name=rp.name,
        user_name=account,
        user_id=await _handle(connection, person_id),
        user_display_name=full_name,
        challenge=await challenges.make(connection, "register", session_id, now),
        timeout=int(challenges.LIFE.total_seconds() * 1000),
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[_descriptor(row) for row in held],
    )
    # Authenticators in hardware have a PRF only where it was asked for at the start (section 10.1.4): a passkey may
    # come to unlock its person's keys.
    return {**options_to_json_dict(options), "extensions": {"prf": {}}}


async def register(
    connection: Connection,
    rp: RelyingParty,
    person_id: UUID,
    asked: wire.NewPasskey,
    challenge: bytes | None,
    *,
    now: datetime,
) -> UUID:
    """Keep a new passkey; `challenge` is that of `challenges.take`. Errors: PasskeyRefused, PasskeyLimit."""
    if challenge is None:
        raise PasskeyRefused
    try:
        found = webauthn.verify_registration_response(
            credential=_plain(asked.passkey),
            expected_challenge=challenge,
            expected_rp_id=rp.id,
            expected_origin=list(rp.origins),
        )
    except Exception as error:  # the library parses what strangers send, and its parsers raise what they like
        _logger.info("passkey refused", why=str(error)[:200])
        raise PasskeyRefused from error
    await execute(connection, "SELECT FROM person WHERE id = %(id)s FOR UPDATE", {"id": person_id})
    if len(await _held(connection, person_id)) >= MOST:
        raise PasskeyLimit
    id_ = new_id()
    added = await execute(
        connection,
        """INSERT INTO passkey (id, person_id, credential_id, public_key, sign_count, transports, aaguid,
                                backup_eligible, backed_up, name, created_at)
           VALUES (%(id)s, %(person_id)s, %(credential_id)s, %(public_key)s, %(sign_count)s, %(transports)s,
                   %(aaguid)s, %(backup_eligible)s, %(backed_up)s, %(name)s, %(now)s)
           ON CONFLICT (credential_id) DO NOTHING""",
        {
            "id": id_,
            "person_id": person_id,
            "credential_id": found.credential_id,
            "public_key": found.credential_public_key,
            "sign_count": found.sign_count,
            "transports": sorted(_TRANSPORTS.intersection(asked.passkey.response.transports)),
            "aaguid": UUID(found.aaguid),
            "backup_eligible": found.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
            "backed_up": found.credential_backed_up,
            "name": asked.name.strip(),
            "now": now,
        },
    )
    if not added:
        raise PasskeyRefused
    return id_


async def assertion_options(
    connection: Connection,
    rp: RelyingParty,
    purpose: Purpose,
    *,
    person_id: UUID | None,
    bound_to: UUID | None,
    now: datetime,
) -> dict[str, Any]:
    """What the browser asks for a passkey by. Without a person it names none: the authenticator offers those it holds,
    and the answer is the same for everybody. Then the passkey is all there is, so that it must verify its user."""
    held = await _held(connection, person_id) if person_id else []
    options = webauthn.generate_authentication_options(
        rp_id=rp.id,
        challenge=await challenges.make(connection, purpose, bound_to, now),
        timeout=int(challenges.LIFE.total_seconds() * 1000),
        allow_credentials=[_descriptor(row) for row in held],
        user_verification=(
            UserVerificationRequirement.PREFERRED if person_id else UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json_dict(options)


async def assure(
    connection: Connection,
    rp: RelyingParty,
    answer: wire.PasskeyAnswer,
    challenge: bytes | None,
    *,
    person_id: UUID | None,
    now: datetime,
) -> Assured:
    """Check a passkey's answer and note its use, in the caller's transaction.

    Without a `person_id` the passkey tells who it is, by the handle it was made with, and must have verified its user.
    A counter that does not rise means a copy of the key, or an answer played again (section 6.1.1).
    Errors: ProofWrong.
    """
    row = await _of_credential(connection, answer)
    if challenge is None or row is None or (person_id is not None and row["person_id"] != person_id):
        raise ProofWrong
    if person_id is None and _bytes(answer.response.user_handle or "") != bytes(row["handle"]):
        raise ProofWrong
    try:
        found = webauthn.verify_authentication_response(
            credential=_plain(answer),
            expected_challenge=challenge,
            expected_rp_id=rp.id,
            expected_origin=list(rp.origins),
            credential_public_key=bytes(row["public_key"]),
            credential_current_sign_count=row["sign_count"],
            require_user_verification=person_id is None,
        )
    except Exception as error:  # as in `register`
        _logger.warning("passkey not accepted", passkey_id=str(row["id"]), why=str(error)[:200])
        raise ProofWrong from error
    await execute(
        connection,
        """UPDATE passkey SET sign_count = %(count)s, backed_up = %(backed_up)s, last_used_at = %(now)s
           WHERE id = %(id)s""",
        {"id": row["id"], "count": found.new_sign_count, "backed_up": found.credential_backed_up, "now": now},
    )
    return Assured(row["person_id"], found.user_verified, row["backup_eligible"])


async def passkeys(connection: Connection, person_id: UUID) -> list[wire.Passkey]:
    """The passkeys of a person, oldest first."""
    rows = await fetch_all(
        connection,
        """SELECT id, name, created_at AS added_at, last_used_at, backed_up AS synced
           FROM passkey WHERE person_id = %(id)s ORDER BY created_at, id""",
        {"id": person_id},
    )
    return [wire.Passkey(**row) for row in rows]


async def rename(connection: Connection, person_id: UUID, passkey_id: UUID, name: str) -> None:
    """Give a passkey another name. Errors: UnknownPasskey."""
    renamed = await execute(
        connection,
        "UPDATE passkey SET name = %(name)s WHERE id = %(id)s AND person_id = %(person_id)s",
        {"id": passkey_id, "person_id": person_id, "name": name.strip()},
    )
    if not renamed:
        raise UnknownPasskey


async def remove(connection: Connection, person_id: UUID, passkey_id: UUID) -> None:
    """Forget a passkey. Errors: UnknownPasskey."""
    removed = await execute(
        connection,
        "DELETE FROM passkey WHERE id = %(id)s AND person_id = %(person_id)s",
        {"id": passkey_id, "person_id": person_id},
    )
    if not removed:
        raise UnknownPasskey


async def _held(connection: Connection, person_id: UUID) -> list[Row]:
    return await fetch_all(
        connection, "SELECT credential_id, transports FROM passkey WHERE person_id = %(id)s", {"id": person_id}
    )


async def _of_credential(connection: Connection, answer: wire.PasskeyAnswer) -> Row | None:
    """The passkey that answers, locked: two answers of one counter come one after the other."""
    return await fetch_one(
        connection,
        """SELECT p.*, h.handle FROM passkey p JOIN passkey_handle h ON h.person_id = p.person_id
           WHERE p.credential_id = %(id)s FOR UPDATE OF p""",
        {"id": _bytes(answer.raw_id)},
    )


async def _handle(connection: Connection, person_id: UUID) -> bytes:
    """By which authenticators know the person: random, since it leaves the house (section 14.6.1)."""
    row = await fetch_one(
        connection,
        """INSERT INTO passkey_handle (person_id, handle) VALUES (%(id)s, %(handle)s)
           ON CONFLICT (person_id) DO UPDATE SET person_id = excluded.person_id RETURNING handle""",
        {"id": person_id, "handle": secrets.token_bytes(32)},
    )
    assert row is not None  # noqa: S101 - inserted, or there before
    return bytes(row["handle"])


def _descriptor(row: Row) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        id=bytes(row["credential_id"]), transports=[AuthenticatorTransport(name) for name in row["transports"]]
    )


def _plain(answer: msgspec.Struct) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(answer)
    found["response"] = {name: value for name, value in found["response"].items() if value is not None}
    return found


def _bytes(encoded: str) -> bytes:
    try:
        return base64url_to_bytes(encoded)
    except ValueError:
        return b""
