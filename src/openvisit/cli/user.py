"""`openvisit user`: the operator's way to the first admin, and to roles when nobody else can give them."""

import argparse
import asyncio
import getpass
import sys
from typing import Any
from uuid import UUID

from openvisit.cli.installation import local_settings, with_database
from openvisit.core.errors import Invalid
from openvisit.core.permissions import STAFF, USUAL_SCOPES

ROLES = ("provider", "staff", "admin")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    doing = parser.add_subparsers(dest="doing", required=True, metavar="add|list|role")
    add = doing.add_parser("add", help="open an account; the password is asked for, or read from standard input")
    add.add_argument("email")
    add.add_argument("--name", required=True, help="the person's full name")
    add.add_argument("--role", choices=ROLES, help="a role at a clinic; without it the person is a patient")
    doing.add_parser("list", help="everybody, with their roles")
    role = doing.add_parser("role", help="give or take a role at a clinic")
    role.add_argument("email")
    change = role.add_mutually_exclusive_group(required=True)
    change.add_argument("--give", choices=ROLES)
    change.add_argument("--take", choices=ROLES)
    for command in (add, role):
        command.add_argument("--clinic", help="name of the clinic; not needed while there is only one")
    add.add_argument("--time-zone", default="UTC", help="IANA zone of the person, and of a clinic that is new")


def run(options: argparse.Namespace) -> int:
    """Do what was asked, in one transaction."""
    secret = _password() if options.doing == "add" else ""
    with with_database(local_settings()) as settings:
        return asyncio.run(_run(settings, options, secret))


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise Invalid("The two passwords differ")
    return first


async def _run(settings: Any, options: argparse.Namespace, secret: str) -> int:
    from openvisit.adapters.master_keys import vault_of
    from openvisit.platform.db import Database
    from openvisit.platform.principal import SYSTEM, become

    become(SYSTEM)
    db, vault = Database(settings.database_url, size=1), vault_of(settings)
    await db.open()
    try:
        async with db.transaction() as connection:
            if options.doing == "list":
                await _list(connection, vault)
            elif options.doing == "add":
                await _add(connection, vault, options, secret)
            else:
                await _change_role(connection, vault, options)
    finally:
        await db.close()
    return 0


async def _add(connection: Any, vault: Any, options: argparse.Namespace, secret: str) -> None:
    from openvisit.features.identity.commands import create_account
    from openvisit.platform.clock import system_clock

    now = system_clock()
    roles = {await _clinic(connection, options, now): [options.role]} if options.role else {}
    await create_account(
        connection,
        vault,
        email=options.email,
        full_name=options.name,
        password=secret,
        patient=not options.role,
        roles=roles,
        time_zone=options.time_zone,
        now=now,
    )
    print(f"{options.email} can sign in, as {options.role or 'patient'}")


async def _list(connection: Any, vault: Any) -> None:
    from openvisit.platform.db import fetch_all

    rows = await fetch_all(
        connection,
        """SELECT p.id, p.email, p.full_name, p.active, k.wrapped AS data_key,
                  coalesce(string_agg(r.role || ' at ' || c.name, ', ' ORDER BY c.name, r.role), 'patient') AS roles
           FROM person p LEFT JOIN role r ON r.person_id = p.id LEFT JOIN clinic c ON c.id = r.clinic_id
           LEFT JOIN keyring.data_key k ON k.owner = p.id
           GROUP BY p.id, k.owner ORDER BY p.full_name""",
    )
    for row in rows:
        state = "" if row["active"] else "  (closed)"
        email = vault.of(row["id"], row["data_key"]).shown(row["email"], "person.email", row["id"], "(erased)")
        print(f"{email}  {row['full_name']}  {row['roles']}{state}")


async def _change_role(connection: Any, vault: Any, options: argparse.Namespace) -> None:
    from openvisit.features.audit.commands import record
    from openvisit.features.identity.addresses import normalise
    from openvisit.features.identity.tokens import TOPIC
    from openvisit.platform.clock import system_clock
    from openvisit.platform.db import execute, fetch_one
    from openvisit.platform.realtime import CHANNEL

    now = system_clock()
    index = vault.address_index(normalise(options.email))
    person = await fetch_one(connection, "SELECT id FROM person WHERE email_index = %(index)s", {"index": index})
    if person is None:
        raise Invalid(f"Nobody has the address {options.email}")
    clinic_id = await _clinic(connection, options, now)
    values = {"person": person["id"], "clinic": clinic_id, "role": options.give or options.take, "now": now}
    if options.give:
        values["scopes"] = list(USUAL_SCOPES) if options.give == STAFF else []
        statement = """INSERT INTO role (person_id, clinic_id, role, scopes, granted_at)
                       VALUES (%(person)s, %(clinic)s, %(role)s, %(scopes)s, %(now)s) ON CONFLICT DO NOTHING"""
    else:
        statement = "DELETE FROM role WHERE person_id = %(person)s AND clinic_id = %(clinic)s AND role = %(role)s"
    changed = await execute(connection, statement, values)
    if changed:
        await record(
            connection,
            at=now,
            actor_id=None,
            action="person:edit",
            thing="person",
            thing_id=person["id"],
            clinic_id=clinic_id,
            data={"given": [options.give], "taken": [options.take]},
        )
        topic = {"channel": CHANNEL, "topic": f"{TOPIC}{person['id']}"}
        await execute(connection, "SELECT pg_notify(%(channel)s, %(topic)s)", topic)
    done = "is now" if options.give else "is no longer"
    print(f"{options.email} {done} {values['role']}" + ("" if changed else ", as before"))


async def _clinic(connection: Any, options: argparse.Namespace, now: Any) -> UUID:
    """The clinic that is meant. The first admin of an empty installation brings theirs along."""
    from openvisit.core.ids import new_id
    from openvisit.features.directory.commands.rows import insert
    from openvisit.platform.db import fetch_all

    clinics = {row["name"]: row["id"] for row in await fetch_all(connection, "SELECT id, name FROM clinic")}
    if options.clinic in clinics or (options.clinic is None and len(clinics) == 1):
        found: UUID = clinics[options.clinic] if options.clinic else next(iter(clinics.values()))
        return found
    if options.clinic and not clinics and options.doing == "add" and options.role == "admin":
        clinic_id = new_id()
        clinic = {"id": clinic_id, "name": options.clinic, "time_zone": options.time_zone, "created_at": now}
        await insert(connection, "clinic", clinic)
        return clinic_id
    known = ", ".join(sorted(clinics)) or "none yet; with --role admin and --clinic NAME one is made"
    raise Invalid(f"Name the clinic with --clinic. There are: {known}")
