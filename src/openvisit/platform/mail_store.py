"""Caught mail as plain `.eml` files: no table, readable by every process, bounded in number and in size."""

import base64
import email
import email.policy
import hashlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

_NAME = re.compile(r"(?P<nanoseconds>\d{20})-(?P<recipient>[0-9a-f]{16})-[0-9a-f]{8}\.eml")

_ROOM_EVERY = 50  # counting the whole folder at every mail would slow a storm of them


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail: text as it reads, anything else in base64."""

    filename: str
    content_type: str
    content: str


@dataclass(frozen=True, slots=True)
class CaughtMail:
    """One mail as one recipient would have got it. `id` is the name of its file without the ending."""

    id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    received_at: datetime


class MailStore:
    """A folder of caught mail; the oldest make room once there are too many or they weigh too much."""

    def __init__(self, folder: Path, *, most: int = 5000, most_bytes: int = 100_000_000) -> None:
        self.folder = folder
        self._most = most
        self._most_bytes = most_bytes
        self._until_room_is_made = 0

    def add(self, content: bytes, recipients: list[str]) -> None:
        """Keep one mail for each of its recipients. `content` is the message as RFC 5322 has it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for recipient in recipients:
            name = f"{time.time_ns():020d}-{_digest(recipient)}-{os.urandom(4).hex()}.eml"
            unfinished = self.folder / f"{name}.partial"
            unfinished.touch(mode=0o600)
            unfinished.write_bytes(b"X-Caught-For: " + recipient.encode() + b"\r\n" + content)
            os.replace(unfinished, self.folder / name)
        self._until_room_is_made -= 1
        if self._until_room_is_made < 0:
            self._make_room()
            self._until_room_is_made = _ROOM_EVERY

    def newest(self, *, to: str | None = None, limit: int = 50) -> list[CaughtMail]:
        """The newest mails first, those to one address alone when `to` is given (in any case of letters)."""
        found: list[CaughtMail] = []
        for name in self._names_newest_first(to):
            if len(found) == limit:
                break
            if (mail := self._read(name)) is not None and (to is None or _same_address(mail.to, to)):
                found.append(mail)
        return found

    def get(self, mail_id: str) -> CaughtMail | None:
        """One mail by its id, or None."""
        return self._read(f"{mail_id}.eml") if _NAME.fullmatch(f"{mail_id}.eml") else None

    def clear(self) -> None:
        """Forget every mail."""
        for name in list(self._names_newest_first(None)):
            (self.folder / name).unlink(missing_ok=True)

    def _names_newest_first(self, to: str | None) -> Iterator[str]:
        wanted = None if to is None else _digest(to)
        try:
            names = sorted(os.listdir(self.folder), reverse=True)
        except FileNotFoundError:
            return
        for name in names:
            match = _NAME.fullmatch(name)
            if match and wanted in (None, match["recipient"]):
                yield name

    def _read(self, name: str) -> CaughtMail | None:
        try:
            content = (self.folder / name).read_bytes()
        except FileNotFoundError:  # made room for a newer one between our look and our read
            return None
        message = email.message_from_bytes(content, policy=email.policy.default)
        match = _NAME.fullmatch(name)
        received_ns = int(match["nanoseconds"]) if match else 0
        return CaughtMail(
            id=name.removesuffix(".eml"),
            sender=str(message.get("From", "")),
            to=str(message.get("X-Caught-For", "")),
            subject=str(message.get("Subject", "")),
            text=_body(message, "plain"),
            html=_body(message, "html"),
            attachments=tuple(_attachment(part) for part in message.iter_attachments()),
            received_at=datetime.fromtimestamp(received_ns / 1e9, UTC),
        )

    def _make_room(self) -> None:
        size = 0
        for count, name in enumerate(list(self._names_newest_first(None)), 1):
            try:
                size += (self.folder / name).stat().st_size
            except FileNotFoundError:
                continue
            if count > self._most or size > self._most_bytes:
                (self.folder / name).unlink(missing_ok=True)


def _digest(address: str) -> str:
    """Sixteen hexadecimal digits for an address: the file name finds its mails without opening them all."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:16]


def _same_address(one: str, other: str) -> bool:
    return one.strip().lower() == other.strip().lower()


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return "" if part is None else str(part.get_content())


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_content()
    if isinstance(content, str):
        text = content
    elif isinstance(content, bytes):
        text = base64.b64encode(content).decode()
    else:  # a mail inside the mail
        text = str(content)
    return Attachment(part.get_filename() or "", part.get_content_type(), text)
