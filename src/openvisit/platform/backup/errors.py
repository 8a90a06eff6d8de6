"""What goes wrong with a backup, in words for the operator."""


class BackupError(RuntimeError):
    """The backup could not be made or restored; nothing was changed unless the message says so."""
