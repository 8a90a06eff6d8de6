"""Alembic's environment: run by `openvisit.platform.migrate`, which hands over a connection."""

from alembic import context

from openvisit.platform.migrate import table_names
from openvisit.platform.tables import metadata

_OURS = table_names()


def _ours(name: str | None, kind: str, parents: object) -> bool:
    # Procrastinate keeps tables of its own beside ours.
    return kind != "table" or name in _OURS


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, include_name=_ours, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
