"""Backups: everything but the keyring, of one moment, sealed; and bringing them back beside the present keyring."""

from openvisit.platform.backup.errors import BackupError

__all__ = ["BackupError"]
