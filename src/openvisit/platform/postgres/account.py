"""The unprivileged account that PostgreSQL runs under when we ourselves are root (it refuses to be root)."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PREFERRED = "openvisit"
FALLBACKS = ("postgres", "_postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A system user, by name and by its numbers."""

    name: str
    uid: int
    gid: int


def server_account(owner_uid: int | None, say: Callable[[str], None]) -> Account | None:
    """The account to run the server under, or None when we are an ordinary user and simply run it ourselves.

    `owner_uid` is the owner of an existing cluster: a server may only be started by the owner of its files,
    so that wins over any preference.
    """
    if os.geteuid() != 0:
        return None
    if owner_uid:
        return _by_uid(owner_uid)
    return _by_name(PREFERRED) or _create(PREFERRED) or _fallback(say)


def may_reach(account: Account | None, folder: Path) -> bool:
    """Whether the account can enter the folder: tried for real, so that ACLs and mounts have their say."""
    if account is None:
        return os.access(folder, os.X_OK)
    attempt = subprocess.run(
        ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
        cwd="/",
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        check=False,
    )
    return attempt.returncode == 0


def give_tree(folder: Path, account: Account) -> None:
    """Hand a whole folder to the account, as after a copy made by root."""
    os.chown(folder, account.uid, account.gid)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(parent, name), account.uid, account.gid, follow_symlinks=False)


def _by_uid(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:  # a folder carried over from another machine: the number is what counts
        return Account(f"uid {uid}", uid, uid)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _by_name(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid) if entry.pw_uid else None


def _create(name: str) -> Account | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--user-group"]
    nologin = shutil.which("nologin", path="/usr/sbin:/sbin:/usr/bin:/bin") or "/bin/false"
    subprocess.run([*command, "--shell", nologin, name], capture_output=True, check=False)
    return _by_name(name)  # also right when another process created it between our look and our try


def _fallback(say: Callable[[str], None]) -> Account:
    for name in FALLBACKS:
        account = _by_name(name)
        if account is not None:
            say(f"the system user '{PREFERRED}' could not be created: PostgreSQL runs as '{account.name}'")
            return account
    say("no suitable system user found: PostgreSQL runs as uid 65534")
    return Account("uid 65534", 65534, 65534)
