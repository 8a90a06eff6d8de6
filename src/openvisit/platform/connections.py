"""A connection that says on whose behalf it asks, at no round trip of its own.

`BEGIN` carries the principal in the same message. In autocommit the setting is sent with the first statement after
the principal changed, in one pipeline; a statement that goes another way is preceded by it, a round trip the slower
and never for somebody else.
"""

from typing import Any

from psycopg import AsyncConnection, generators
from psycopg.abc import PQGen, QueryNoTemplate
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.rows import DictRow

from openvisit.platform.principal import APP_ROLE, NOBODY, SETTING, Principal

# Ranges and instants go over the wire and come back in UTC; local time is spent in core, never in a session.
# Our statements are prepared and look rows up by keys: planning each of them anew for its parameters costs several
# times what running it does.
_CONFIGURE = "SET TIME ZONE 'UTC'; SET plan_cache_mode = force_generic_plan"

# Where the login may do more than the application, it takes the application's role. A database that was never
# migrated has no such role yet, and nothing in it either.
_TAKE_ROLE = f"""SELECT set_config('role', '{APP_ROLE}', false) FROM pg_roles
    WHERE rolname = '{APP_ROLE}' AND pg_has_role(session_user, oid, 'MEMBER')"""


class AppConnection(AsyncConnection[DictRow]):
    """A connection of the application. `principal` is on whose behalf its next statement is sent."""

    principal: Principal = NOBODY
    _said: Principal | None = None  # what the server's session believes; None when that is not sure

    @property
    def pending(self) -> bool:
        """Whether the next statement has to be sent together with the principal."""
        return self._said != self.principal and self.pgconn.transaction_status == TransactionStatus.IDLE

    def told(self, *, sure: bool) -> None:
        """The pipeline that carried the principal was answered (`sure`), or failed and took the setting back."""
        self._said = self.principal if sure else None

    def setting(self, *, local: bool) -> bytes:
        """The statement that says the principal, for the session or for the transaction."""
        # The text is made of a kind and of UUIDs: there is nothing in it to quote.
        return f"SET {'LOCAL ' if local else ''}{SETTING} = '{self.principal.text}'".encode()

    def _start_query(self) -> PQGen[None]:
        if self.pending:
            yield from self._exec_command(self.setting(local=False))
            # In a pipeline nothing is answered yet; whoever opened it calls `told`, or it is said again.
            self._said = None if self._pipeline else self.principal
        yield from super()._start_query()

    def _exec_command(self, command: QueryNoTemplate, result_format: Format = Format.TEXT) -> PQGen[PGresult | None]:
        if command is not self._begin_statement:
            return (yield from super()._exec_command(command, result_format))
        if self._pipeline:
            yield from super()._exec_command(command, result_format)
            return (yield from super()._exec_command(self.setting(local=True), result_format))
        begin = self._get_tx_start_command() + b"; " + self.setting(local=True)
        self._check_connection_ok()
        self.pgconn.send_query(begin)
        results: list[PGresult] = yield from generators.execute(self.pgconn)
        for result in results:
            if result.status != ExecStatus.COMMAND_OK:
                raise error_from_result(result, encoding=self.pgconn._encoding)
        return results[-1]


async def configure(connection: AsyncConnection[Any]) -> None:
    """Prepare a new connection for the application."""
    await connection.execute(_CONFIGURE, prepare=False)
    await take_role(connection)


async def configure_for_owner(connection: AsyncConnection[Any]) -> None:
    """Prepare a new connection that keeps the rights of its login."""
    await connection.execute(_CONFIGURE, prepare=False)


async def take_role(connection: AsyncConnection[Any]) -> None:
    """Give up what the login may do beyond the application."""
    await connection.execute(_TAKE_ROLE, prepare=False)
