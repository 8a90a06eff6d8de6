"""Walking the chains: is every entry still what it was when it was written, and is every one still there?

Everything is computed here from the rows; the database's own functions are not believed. Writers go on meanwhile: a
chain is followed to the head it had at the start.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from joserfc.jwk import OKPKey

from openvisit.features.audit import checkpoints, cuts, signing
from openvisit.features.audit.checkpoints import NO_CLINIC, Checkpoint, Head, Kept
from openvisit.features.audit.links import START, digest
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, fetch_all

_BATCH = 2000
_PUZZLE = 300  # so many entries that do not fit are compared with one another, to tell a swap from a change

Tell = Callable[[int, int], None]


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that is not as it was written."""

    kind: str
    words: str
    clinic: UUID
    chain: UUID | None = None
    seq: int | None = None
    entry: int | None = None  # audit.id


@dataclass
class Report:
    """What a clinic's chains are like."""

    clinic: UUID
    entries: int = 0
    heads: dict[str, Head] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def find(self, kind: str, words: str, **where: Any) -> None:
        """Add a finding."""
        self.findings.append(Finding(kind, words, self.clinic, **where))


async def verify(
    db: Database,
    vault: Vault,
    clinic_id: UUID,
    *,
    given: Collection[Kept] = (),
    recent: bool = False,
    tell: Tell | None = None,
) -> Report:
    """Walk all chains of a clinic.

    `given` are checkpoints from a file: the chains have to hold what they say, as they have to with those stored.
    `recent` begins at the last good checkpoint instead of the first entry. `tell` is called with the entries done and
    their number.
    """
    report = Report(clinic_id)
    async with db.connection() as connection:
        known = await signing.keys(connection, vault)
        signed = _checkpoints(report, await checkpoints.kept(connection, [clinic_id]), known, "stored")
        signed += _checkpoints(report, [each for each in given if each.clinic == clinic_id], known, "given")
        chains = await _chains(connection, clinic_id)
        starts = await cuts.starts(connection, [row["id"] for row in chains], known)
        _missing_chains(report, chains, signed)
        if recent and signed and not report.findings:
            starts = _later(starts, max(signed, key=lambda each: each.number))
        total = sum(max(0, row["seq"] - starts.get(row["id"], (0, START))[0]) for row in chains)
        for row in chains:
            walk = _Walk(report, row, starts.get(row["id"], (0, START)), signed)
            async for batch in _links(connection, row["id"], walk.seq, row["seq"]):
                walk.follow(batch)
                report.entries += len(batch)
                if tell:
                    tell(report.entries, total)
            walk.end()
            report.heads[str(row["id"])] = Head(row["seq"], bytes(row["hash"]).hex())
        if not recent:
            await _strays(connection, report)
    return report


class _Walk:
    """One chain on its way from a known link to its head."""

    def __init__(self, report: Report, chain: Row, start: tuple[int, bytes], signed: Collection[Checkpoint]) -> None:
        self.seq, self._before = start
        self._begun = self.seq
        self._entry: int | None = None
        self._report = report
        self._chain = chain
        self._puzzles: list[Row] = []
        self._signed: dict[int, list[tuple[Checkpoint, str]]] = {}
        for each in signed:
            if head := each.chains.get(str(chain["id"])):
                self._signed.setdefault(head.seq, []).append((each, head.hash))
        self._good = self.seq  # the last place that a checkpoint vouches for

    def follow(self, batch: Collection[Row]) -> None:
        """Compare the next links and their entries."""
        for row in batch:
            if row["seq"] != self.seq + 1:
                self._gap(row["seq"] - 1)
            elif bytes(row["previous"]) != self._before:
                self._rewritten(row)
            self._compare(row)
            self.seq, self._before, self._entry = row["seq"], bytes(row["hash"]), row["entry_id"]
            self._vouch()

    def end(self) -> None:
        """Compare with the head, and tell swapped entries from changed ones."""
        chain = self._chain
        if self.seq < chain["seq"]:
            self._find("removed", f"the last links are gone, from {self.seq + 1} to {chain['seq']}", self.seq + 1)
        elif self._before != bytes(chain["hash"]):
            self._find("rewritten", "the last link is not the one its chain ended with", self.seq, self._entry)
        if chain["most"] is not None and chain["most"] > chain["seq"]:
            self._find("inserted", f"links up to {chain['most']} follow the end of the chain", chain["seq"] + 1)
        self._solve()

    def _find(self, kind: str, words: str, seq: int, entry: int | None = None) -> None:
        self._report.find(kind, words, chain=self._chain["id"], seq=seq, entry=entry)

    def _gap(self, until: int) -> None:
        gone = f"the link {until} is" if until == self.seq + 1 else f"the links {self.seq + 1} to {until} are"
        self._find("removed", f"{gone} gone", self.seq + 1)

    def _rewritten(self, row: Row) -> None:
        if self.seq == self._begun:
            self._find("rewritten", "does not follow from the beginning", row["seq"], row["entry_id"])
        else:
            words = f"the link was written anew: the next one, {row['seq']}, was made for another"
            self._find("rewritten", words, self.seq, self._entry)

    def _compare(self, row: Row) -> None:
        seq, entry = row["seq"], row["entry_id"]
        if row["id"] is None:
            self._find("removed", "the entry is gone", seq, entry)
        elif bytes(row["hash"]) != digest(bytes(row["previous"]), self._chain["id"], seq, row):
            self._puzzles.append(row)
        elif (row["clinic_id"] or NO_CLINIC) != self._chain["clinic_id"]:
            self._find("moved", f"the entry is of the clinic {row['clinic_id']}", seq, entry)

    def _vouch(self) -> None:
        signed = self._signed.get(self.seq, ())
        wrong = [checkpoint for checkpoint, wanted in signed if wanted != self._before.hex()]
        if wrong:
            checkpoint = wrong[0]
            words = (
                f"the links from {self._good + 1} to {self.seq} were written anew: the checkpoint {checkpoint.number}"
                f" of {checkpoint.at:%Y-%m-%d %H:%M} UTC has another hash"
            )
            self._find("rewritten", words, self._good + 1)
        if signed:
            self._good = self.seq

    def _solve(self) -> None:
        for row in self._puzzles:
            other = self._home(row)
            if other:
                words = f"holds the entry that the link {other['seq']} was made for: reordered"
                self._find("reordered", words, row["seq"], row["entry_id"])
            else:
                self._find("changed", "the entry is not what was written", row["seq"], row["entry_id"])

    def _home(self, row: Row) -> Row | None:
        """The link whose entry stands here, if two were swapped: by their ids, or all but their ids."""
        for other in self._puzzles[:_PUZZLE]:
            if other is row:
                continue
            for held in (row, {**row, "id": other["id"]}):
                previous = bytes(other["previous"])
                if bytes(other["hash"]) == digest(previous, self._chain["id"], other["seq"], held):
                    return other
        return None


def _checkpoints(report: Report, found: Collection[Kept], known: dict[str, OKPKey], which: str) -> list[Checkpoint]:
    """Those whose signature holds; that the stored ones follow one another is looked at too."""
    good: list[Checkpoint] = []
    before: Kept | None = None
    for each in found:
        try:
            checkpoint = checkpoints.read(each.jws, known)
        except signing.NotSigned as error:
            report.find("checkpoint", f"the {which} checkpoint {each.number}: {error}")
        else:
            if (checkpoint.clinic, checkpoint.number) != (report.clinic, each.number):
                report.find("checkpoint", f"the {which} checkpoint {each.number} was signed as {checkpoint.number}")
            else:
                good.append(checkpoint)
                if which == "stored":
                    _sequence(report, checkpoint, before)
        before = each
    return good


def _sequence(report: Report, checkpoint: Checkpoint, before: Kept | None) -> None:
    expected = before.number + 1 if before else 1
    if checkpoint.number != expected:
        report.find("checkpoint", f"checkpoints before {checkpoint.number} are gone, from {expected} on")
    elif before and checkpoint.previous != checkpoints.digest_of(before.jws):
        report.find("checkpoint", f"the checkpoint {before.number} is not the one that {checkpoint.number} follows")


def _missing_chains(report: Report, chains: Collection[Row], signed: Collection[Checkpoint]) -> None:
    """Chains that a checkpoint knows and the database does not, or knows shorter."""
    there = {str(row["id"]): row for row in chains}
    told = set()
    for checkpoint in sorted(signed, key=lambda each: each.number, reverse=True):
        for chain, head in checkpoint.chains.items():
            if chain in told:
                continue
            when = f"the checkpoint {checkpoint.number} of {checkpoint.at:%Y-%m-%d %H:%M} UTC"
            if chain not in there:
                told.add(chain)
                words = f"the whole chain is gone; {when} knows it up to {head.seq}"
                report.find("removed", words, chain=UUID(chain), seq=1)
            elif there[chain]["seq"] < head.seq:
                told.add(chain)
                first = there[chain]["seq"] + 1
                report.find(
                    "removed", f"ends before {when}, which knows it up to {head.seq}", chain=UUID(chain), seq=first
                )


def _later(starts: Mapping[UUID, tuple[int, bytes]], last: Checkpoint) -> dict[UUID, tuple[int, bytes]]:
    found = dict(starts)
    for chain, head in last.chains.items():
        if head.seq > found.get(UUID(chain), (0, START))[0]:
            found[UUID(chain)] = (head.seq, bytes.fromhex(head.hash))
    return found


async def _chains(connection: Connection, clinic_id: UUID) -> list[Row]:
    return await fetch_all(
        connection,
        """SELECT c.*, (SELECT max(l.seq) FROM audit_link l WHERE l.chain_id = c.id) AS most
           FROM audit_chain c WHERE c.clinic_id = %(clinic)s ORDER BY c.id""",
        {"clinic": clinic_id},
    )


async def _links(connection: Connection, chain_id: UUID, after: int, until: int) -> AsyncIterator[list[Row]]:
    while True:
        rows = await fetch_all(
            connection,
            """SELECT l.seq, l.entry_id, l.previous, l.hash, t.id, t.at, t.clinic_id, t.actor_id, t.acting_as,
                      t.on_behalf_of, t.action, t.reason, t.thing, t.thing_id, t.patient_id, t.data::text AS data
               FROM audit_link l LEFT JOIN audit t ON t.id = l.entry_id
               WHERE l.chain_id = %(chain)s AND l.seq > %(after)s AND l.seq <= %(until)s
               ORDER BY l.seq LIMIT %(most)s""",
            {"chain": chain_id, "after": after, "until": until, "most": _BATCH},
        )
        if rows:
            yield rows
            after = rows[-1]["seq"]
        if len(rows) < _BATCH:
            return


async def _strays(connection: Connection, report: Report) -> None:
    """Entries that no link holds: put in without the database's own trigger, or their link is gone."""
    rows = await fetch_all(
        connection,
        """SELECT t.id FROM audit t WHERE t.clinic_id IS NOT DISTINCT FROM %(clinic)s
           AND NOT EXISTS (SELECT FROM audit_link l WHERE l.entry_id = t.id) ORDER BY t.id""",
        {"clinic": None if report.clinic == NO_CLINIC else report.clinic},
    )
    for row in rows:
        report.find("inserted", "no link holds the entry", entry=row["id"])


async def lost_links(connection: Connection) -> list[UUID]:
    """Chains that have links but are not among the chains any more."""
    rows = await fetch_all(
        connection,
        """SELECT DISTINCT l.chain_id FROM audit_link l
           WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.id = l.chain_id)""",
    )
    return [row["chain_id"] for row in rows]
