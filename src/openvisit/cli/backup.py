"""`openvisit backup`: everything but the keyring into a folder, and the key file brought up to date."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from openvisit.cli.installation import local_settings, with_database
from openvisit.platform.data_folder import key_file as key_file_path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("folder", nargs="?", help="where to write it (default: backups/DATE-TIME in the data folder)")


def run(options: argparse.Namespace) -> int:
    """Make the backup; the database goes on working."""
    from openvisit.adapters.master_keys import vault_of
    from openvisit.platform.backup import making

    now = datetime.now(UTC)
    with with_database(local_settings()) as settings:
        backups = Path(settings.openvisit_data_dir) / "backups"
        folder = Path(options.folder) if options.folder else backups / f"{now:%Y-%m-%d-%H%M%S}"
        vault = vault_of(settings)
        vault.load()
        making.make(vault, folder, key_file_path(settings.keyring_file, settings.openvisit_data_dir), now, _say)
    _say("Copy both elsewhere. Keep old backups as long as you like, and of the key file the newest copy alone.")
    return 0


def _say(words: str) -> None:
    print(words, flush=True)
