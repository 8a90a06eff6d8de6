"""Whatever is done to the trail behind its back is found, and where."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
import pytest
from joserfc.jwk import OKPKey

from openvisit.core.ids import new_id
from openvisit.features.audit import checkpoints, signing
from openvisit.features.audit.checking import check
from openvisit.features.audit.checkpoints import Export, Kept
from openvisit.features.audit.cuts import prune
from openvisit.platform.db import Database
from tests.features.audit.trail import LONG_AGO, Trail
from tests.support.application import Application


@pytest.fixture
async def trail(app: Application) -> Trail:
    found = Trail(app, new_id())
    await found.grow()
    return found


async def sign(trail: Trail) -> bool:
    report, signed = await check(
        trail.app.parts.db, trail.app.parts.vault, trail.clinic, trail.app.clock(), recent=True
    )
    assert report.findings == []
    return signed


async def exported(trail: Trail) -> list[Kept]:
    async with trail.app.parts.db.connection() as connection:
        content = await checkpoints.export(connection, trail.app.parts.vault)
    return msgspec.json.decode(content, type=Export).checkpoints


async def test_nothing_is_found_where_nothing_was_done(trail: Trail) -> None:
    told: list[tuple[int, int]] = []
    report = await trail.verify(tell=lambda done, total: told.append((done, total)))
    assert (report.entries, report.findings) == (10, [])
    assert told == [(10, 10)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-05 12:00:00.000001+00"),
        ("clinic_id", "0196f0aa-0000-7000-8000-000000000001"),
        ("actor_id", "0196f0aa-0000-7000-8000-000000000001"),
        ("actor_id", None),
        ("acting_as", "provider"),
        ("on_behalf_of", "0196f0aa-0000-7000-8000-000000000001"),
        ("action", "patient:add"),
        ("reason", ""),
        ("thing", "person"),
        ("thing_id", "0196f0aa-0000-7000-8000-000000000001"),
        ("patient_id", "0196f0aa-0000-7000-8000-000000000001"),
        ("data", '{"n": 5}'),
    ],
)
async def test_a_changed_entry(trail: Trail, column: str, value: Any) -> None:
    with trail.tampering() as connection:
        changed = connection.execute(
            f"UPDATE audit SET {column} = %s WHERE id = %s",
            (value, trail.entry(5)),  # type: ignore[arg-type]
        )
        assert changed.rowcount == 1
    assert await trail.found() == [("changed", 5, 5)]


async def test_a_changed_entry_whose_own_hash_was_computed_anew(trail: Trail) -> None:
    with trail.tampering() as connection:
        connection.execute("UPDATE audit SET actor_id = NULL WHERE id = %s", (trail.entry(5),))
        connection.execute(
            """UPDATE audit_link l SET hash = openvisit_audit_hash(l.previous, l.chain_id, l.seq, t) FROM audit t
               WHERE t.id = l.entry_id AND l.seq = 5"""
        )
    assert await trail.found() == [("rewritten", 5, 5)]
    assert [finding.words for finding in (await trail.verify()).findings] == [
        "the link was written anew: the next one, 6, was made for another"
    ]


async def test_a_changed_last_entry_whose_hash_was_computed_anew(trail: Trail) -> None:
    with trail.tampering() as connection:
        connection.execute("UPDATE audit SET actor_id = NULL WHERE id = %s", (trail.entry(10),))
        connection.execute(
            """UPDATE audit_link l SET hash = openvisit_audit_hash(l.previous, l.chain_id, l.seq, t) FROM audit t
               WHERE t.id = l.entry_id AND l.seq = 10"""
        )
    assert await trail.found() == [("rewritten", 10, 10)]


async def test_a_removed_entry(trail: Trail) -> None:
    gone = trail.entry(4)
    with trail.tampering() as connection:
        connection.execute("DELETE FROM audit WHERE id = %s", (gone,))
    assert await trail.found() == [("removed", 4, 4)]


async def test_a_removed_entry_with_its_link(trail: Trail) -> None:
    gone = trail.entry(4)
    with trail.tampering() as connection:
        connection.execute("DELETE FROM audit WHERE id = %s", (gone,))
        connection.execute("DELETE FROM audit_link WHERE entry_id = %s", (gone,))
    assert await trail.found() == [("removed", 4, None)]


async def test_a_removed_entry_with_the_later_ones_moved_up(trail: Trail) -> None:
    gone = trail.entry(4)
    with trail.tampering() as connection:
        connection.execute("DELETE FROM audit WHERE id = %s", (gone,))
        connection.execute("DELETE FROM audit_link WHERE entry_id = %s", (gone,))
        for seq in range(5, 11):
            connection.execute("UPDATE audit_link SET seq = seq - 1 WHERE seq = %s", (seq,))
    found = await trail.found()
    assert found[0] == ("rewritten", 3, 3)  # the one that stands after it was made for another
    assert ("removed", 10, None) in found
    assert [kind for kind, *_ in found].count("changed") == 6


async def test_a_removed_end(trail: Trail) -> None:
    first = trail.entry(9)
    with trail.tampering() as connection:
        connection.execute("DELETE FROM audit WHERE id >= %s", (first,))
        connection.execute("DELETE FROM audit_link WHERE entry_id >= %s", (first,))
    assert await trail.found() == [("removed", 9, None)]


async def test_a_removed_end_with_the_head_set_back_is_known_by_the_checkpoint(trail: Trail) -> None:
    await sign(trail)
    first = trail.entry(9)
    with trail.tampering() as connection:
        connection.execute("DELETE FROM audit WHERE id >= %s", (first,))
        connection.execute("DELETE FROM audit_link WHERE entry_id >= %s", (first,))
        connection.execute("UPDATE audit_chain SET seq = 8, hash = (SELECT hash FROM audit_link WHERE seq = 8)")
    assert await trail.found() == [("removed", 9, None)]
    assert "checkpoint 1" in (await trail.verify()).findings[0].words


async def test_a_removed_chain(trail: Trail) -> None:
    await sign(trail)
    with trail.tampering() as connection:
        connection.execute("DELETE FROM audit")
        connection.execute("DELETE FROM audit_link")
        connection.execute("DELETE FROM audit_chain")
    assert [kind for kind, *_ in await trail.found()] == ["removed"]


async def test_an_entry_put_in_between(trail: Trail) -> None:
    with trail.tampering() as connection:
        connection.execute(
            """INSERT INTO audit (at, clinic_id, action, thing, thing_id, data)
               SELECT at, clinic_id, action, thing, thing_id, data FROM audit WHERE id = %s""",
            (trail.entry(5),),
        )
    assert await trail.found() == [("inserted", None, 11)]


async def test_an_entry_put_in_with_a_link_of_its_own(trail: Trail) -> None:
    with trail.tampering() as connection:
        connection.execute(
            """WITH added AS (
                   INSERT INTO audit (at, clinic_id, action, thing, thing_id, data)
                   SELECT at, clinic_id, action, thing, thing_id, data FROM audit WHERE id = %s RETURNING *)
               INSERT INTO audit_link (chain_id, seq, entry_id, previous, hash)
               SELECT c.id, 11, a.id, c.hash, openvisit_audit_hash(c.hash, c.id, 11, a) FROM audit_chain c, added a""",
            (trail.entry(5),),
        )
    assert await trail.found() == [("inserted", 11, None)]


@pytest.mark.parametrize("kind", ["links", "ids", "contents"])
async def test_two_entries_changing_places(trail: Trail, kind: str) -> None:
    third, seventh = trail.entry(3), trail.entry(7)
    swap = {
        "links": ["UPDATE audit_link SET entry_id = -1 WHERE seq = 3",
                  f"UPDATE audit_link SET entry_id = {third} WHERE seq = 7",
                  f"UPDATE audit_link SET entry_id = {seventh} WHERE seq = 3"],
        "ids": [f"UPDATE audit SET id = DEFAULT WHERE id = {third}",
                f"UPDATE audit SET id = DEFAULT WHERE id = {seventh}",
                "ALTER TABLE audit ALTER id SET GENERATED BY DEFAULT",
                f"UPDATE audit SET id = {seventh} WHERE data = '{{\"n\": 2}}'",
                f"UPDATE audit SET id = {third} WHERE data = '{{\"n\": 6}}'"],
        "contents": [f"""UPDATE audit a SET at = b.at, actor_id = b.actor_id, thing_id = b.thing_id, data = b.data
                         FROM audit b WHERE (a.id, b.id) IN (({third}, {seventh}), ({seventh}, {third}))"""],
    }  # fmt: skip
    with trail.tampering() as connection:
        for statement in swap[kind]:
            connection.execute(statement)  # type: ignore[call-overload]
    assert await trail.found() == [
        ("reordered", 3, 7 if kind == "links" else 3),
        ("reordered", 7, 3 if kind == "links" else 7),
    ]


async def test_an_entry_moved_to_another_clinic_with_all_hashes_anew(trail: Trail) -> None:
    with trail.tampering() as connection:
        connection.execute("UPDATE audit SET clinic_id = %s WHERE id = %s", (new_id(), trail.entry(6)))
    trail.rechain(6)
    assert await trail.found() == [("moved", 6, 6)]


async def test_a_change_with_every_later_hash_anew_is_known_by_the_checkpoint(trail: Trail) -> None:
    await sign(trail)
    await trail.grow(5, start=LONG_AGO + timedelta(days=20))
    await sign(trail)
    kept = await exported(trail)
    await trail.grow(5, start=LONG_AGO + timedelta(days=40))
    with trail.tampering() as connection:
        connection.execute("UPDATE audit SET actor_id = NULL WHERE id = %s", (trail.entry(12),))
    trail.rechain(12)
    assert await trail.found() == [("rewritten", 11, None)]  # between the first checkpoint and the second
    # The forger takes the stored checkpoints away as well: the exported file still tells.
    with trail.tampering() as connection:
        connection.execute("DELETE FROM audit_checkpoint WHERE number = 2")
    assert await trail.found() == []
    assert await trail.found(given=kept) == [("rewritten", 11, None)]


async def test_a_removed_checkpoint(trail: Trail) -> None:
    for days in (20, 40):
        await sign(trail)
        await trail.grow(1, start=LONG_AGO + timedelta(days=days))
    await sign(trail)
    with trail.tampering() as connection:
        connection.execute("DELETE FROM audit_checkpoint WHERE number = 2")
    assert [kind for kind, *_ in await trail.found()] == ["checkpoint"]


async def test_a_checkpoint_by_somebody_elses_key(trail: Trail) -> None:
    await sign(trail)
    with trail.tampering() as connection:
        connection.execute("UPDATE audit SET actor_id = NULL WHERE id = %s", (trail.entry(3),))
    trail.rechain(3)
    key_id = new_id()
    theirs = OKPKey.generate_key("Ed25519", {"kid": str(key_id)}, private=True)
    async with trail.app.parts.db.connection() as connection:
        heads = await checkpoints.heads(connection, trail.clinic)
    forged = signing.sign(theirs, checkpoints.Checkpoint(trail.clinic, 1, trail.app.clock(), None, heads))
    with trail.tampering() as superuser:
        superuser.execute("UPDATE audit_checkpoint SET jws = %s", (forged,))
        superuser.execute(  # with a key that the database holds, but that the vault never sealed
            "INSERT INTO audit_key (id, private, made_at) VALUES (%s, %s, now())",
            (key_id, msgspec.json.encode(theirs.as_dict(private=True))),
        )
    (finding,) = (await trail.verify()).findings
    assert (finding.kind, finding.words) == (
        "checkpoint", "the stored checkpoint 1: signed by a key that is not ours"
    )  # fmt: skip


async def test_a_checkpoint_with_a_signature_that_does_not_hold(trail: Trail) -> None:
    await sign(trail)
    with trail.tampering() as connection:
        connection.execute("UPDATE audit_checkpoint SET jws = left(jws, -4) || 'AAAA'")
    assert [kind for kind, *_ in await trail.found()] == ["checkpoint"]


async def test_a_checkpoint_is_signed_only_when_there_is_something_new_and_all_is_well(trail: Trail) -> None:
    assert await sign(trail)
    assert not await sign(trail)
    await trail.grow(1, start=LONG_AGO + timedelta(days=20))
    assert await sign(trail)
    with trail.tampering() as connection:
        connection.execute("DELETE FROM audit WHERE id = %s", (trail.entry(11),))
    await trail.grow(1, start=LONG_AGO + timedelta(days=21))
    parts = trail.app.parts
    report, signed = await check(parts.db, parts.vault, trail.clinic, trail.app.clock(), recent=False)
    assert (len(report.findings), signed) == (1, False)
    assert [each.number for each in await exported(trail)] == [1, 2]


async def test_old_entries_go_at_a_signed_cut_and_the_rest_is_proved_as_before(trail: Trail) -> None:
    await sign(trail)
    parts = trail.app.parts
    owner = Database(parts.db.url, size=1, as_owner=True)
    await owner.open()
    fourth = LONG_AGO + timedelta(days=3)
    assert await prune(owner, parts.vault, trail.clinic, fourth, trail.app.clock()) == 3
    assert (await trail.verify()).findings == []
    assert (await trail.verify()).entries == 8  # seven, and that three were taken out
    assert await prune(owner, parts.vault, trail.clinic, fourth, trail.app.clock()) == 0
    assert await prune(owner, parts.vault, trail.clinic, fourth + timedelta(days=1), trail.app.clock()) == 1
    await owner.close()
    await sign(trail)
    assert (await trail.verify()).findings == []
    with trail.tampering() as connection:  # one more than the signed cut says
        connection.execute("DELETE FROM audit WHERE id = (SELECT entry_id FROM audit_link WHERE seq = 5)")
        connection.execute("DELETE FROM audit_link WHERE seq = 5")
    assert [(f.kind, f.seq) for f in (await trail.verify()).findings] == [("removed", 5)]
    with trail.tampering() as connection:
        connection.execute("UPDATE audit_cut SET jws = left(jws, -4) || 'AAAA' WHERE seq = 4")
    assert ("removed", 4) in [(f.kind, f.seq) for f in (await trail.verify()).findings]


async def test_writers_go_on_while_the_chains_are_walked(trail: Trail) -> None:
    writing = [asyncio.create_task(trail.grow(30, start=LONG_AGO + timedelta(days=50))) for _ in range(4)]
    while not all(task.done() for task in writing):
        assert (await trail.verify()).findings == []
    await asyncio.gather(*writing)
    assert (await trail.verify()).entries == 130


async def test_the_trail_may_not_be_tampered_with_by_its_own_application(app: Application) -> None:
    """As the role that the web and the jobs run as."""
    statements = [
        f"{verb} {table}"
        for table in ("audit", "audit_link", "audit_chain", "audit_checkpoint", "audit_cut")
        for verb in ("DELETE FROM", "TRUNCATE")
    ]
    statements += [f"UPDATE {table} SET {column} = {column}" for table, column in (
        ("audit", "actor_id"), ("audit_link", "seq"), ("audit_chain", "seq"), ("audit_checkpoint", "jws"),
        ("audit_key", "private"), ("audit_check", "findings"), ("audit_cut", "jws"),
    )]  # fmt: skip
    statements += [
        "INSERT INTO audit_link SELECT * FROM audit_link",
        "INSERT INTO audit_chain SELECT * FROM audit_chain",
        "INSERT INTO audit_cut SELECT * FROM audit_cut",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_link ON audit",
        "SET session_replication_role = replica",
    ]
    with psycopg.connect(app.parts.settings.database_url, autocommit=True) as connection:
        connection.execute("SET ROLE openvisit_app")
        connection.execute("SET openvisit.audit_prune = 'on'")
        for statement in statements:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)  # type: ignore[call-overload]
