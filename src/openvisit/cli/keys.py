"""`openvisit keys`: the keyring in figures, and wrapping its keys anew while everything runs."""

import argparse

from openvisit.cli.installation import local_settings, with_database
from openvisit.platform.keyring.rotation import Status


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    doing = parser.add_subparsers(dest="doing", required=True, metavar="status|rotate|rotate-index|add-master")
    doing.add_parser("status", help="which master and wrapping keys are in use, and for how many people")
    rotate = doing.add_parser(
        "rotate", help="wrap every data key under a new key of the present master key; stop it and go on at any time"
    )
    rotate.add_argument("--batch", type=int, default=500, help="data keys in one transaction (default: 500)")
    rotate.add_argument("--pause-ms", type=int, default=0, help="milliseconds left to others between batches")
    doing.add_parser(
        "rotate-index", help="find people by a new blind index of their addresses; stop web servers and workers first"
    )
    doing.add_parser("add-master", help="let what is sealed from now on be under a new key of the present master key")


def run(options: argparse.Namespace) -> int:
    """Do it; 0 when it is done, 130 when it was stopped half-way."""
    from openvisit.adapters.master_keys import vault_of
    from openvisit.platform.backup import BackupError, restoring
    from openvisit.platform.keyring import address_index, rotation

    with with_database(local_settings()) as settings:
        vault = vault_of(settings)
        if options.doing == "status":
            vault.load()
            _show(rotation.status(vault))
        elif options.doing == "add-master":
            vault.load()
            number = rotation.add(vault)
            _say(f"Key {number} made under {vault.wrapping.masters.current.name}")
        elif options.doing == "rotate-index":
            if restoring.in_use(vault):
                raise BackupError("web servers or workers are using the database: stop them first")
            vault.load()
            _say(f"Done: {address_index.rotate(vault)} addresses are found by a new index.")
        else:
            try:
                done = rotation.rotate(vault, _say, batch=max(1, options.batch), pause=max(0, options.pause_ms) / 1000)
            except KeyboardInterrupt:
                _say("Stopped. Everything is readable; `openvisit keys rotate` goes on from here.")
                return 130
            _say(f"Done: {done} data keys wrapped anew.")
    return 0


def _show(status: Status) -> None:
    for each in status.wrapping:
        state = "" if each.configured else "  (its master key is not configured)"
        print(f"key {each.number}  {each.master}  made {each.made_at:%Y-%m-%d %H:%M} UTC  "
              f"wraps {each.data_keys} data keys{state}")  # fmt: skip
    print(f"{status.people} people have a key, {status.shredded} were erased")
    if status.first_release:
        print(
            f"{status.first_release} texts are sealed as in the first release: `openvisit keys rotate` seals them anew"
        )
    if status.unfinished:
        print("Some data keys are under an older key: `openvisit keys rotate` wraps them anew")


def _say(words: str) -> None:
    print(words, flush=True)
