"""The one command line. A command is a module with `arguments` and `run`, imported when it is called."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version

COMMANDS = {
    "up": ("up", "run all of OpenVisit on this machine: database, web, jobs, mail"),
    "serve": ("serve", "run the web server alone"),
    "work": ("work", "run the job worker alone"),
    "migrate": ("migrate", "bring the database to the present shape"),
    "seed": ("seed", "fill the database with a clinic group to try things on"),
    "check": ("check", "say in words what is wrong with this installation"),
    "user": ("user", "add a person, list people, give or take a role"),
    "keys": ("keys", "show the keyring, wrap its keys anew, make a new wrapping key"),
    "backup": ("backup", "write everything but the keyring into a folder, of one moment, sealed"),
    "restore": ("restore", "put a backup in the place of what is in the database"),
    "audit": ("audit", "verify the audit's chains, sign where they end, take out old entries"),
    "retention": ("retention", "count or remove what has been kept long enough"),
    "asyncapi": ("asyncapi", "print the description of the events that leave by a broker, as YAML"),
    "openapi": ("openapi", "print the API's OpenAPI description as JSON"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the answer is the exit code: 0 well, 1 failed, 2 misused."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(given)
    options = parser.parse_args(given)
    if options.command is None:
        parser.print_help()
        return 2
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    except Exception as error:
        if not _expected(error):
            raise
        print(f"openvisit {options.command}: {error}", file=sys.stderr)
        return 1


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """A parser that knows every command by name and loads the arguments of the called one alone."""
    parser = argparse.ArgumentParser(prog="openvisit", description="Find a provider, book a visit, attend it.")
    parser.add_argument("--version", action="version", version=f"openvisit {version('openvisit')}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    called = next((word for word in given if not word.startswith("-")), None)
    for name, (module_name, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if name == called:
            module = import_module(f"openvisit.cli.{module_name}")
            module.arguments(command)
            command.set_defaults(run=module.run)
    return parser


def _expected(error: Exception) -> bool:
    """Whether the message alone serves the reader: something about their machine, not a fault of ours."""
    from openvisit.core.errors import OpenVisitError
    from openvisit.platform.backup import BackupError
    from openvisit.platform.keyring.masters import MasterKeyFailed
    from openvisit.platform.keyring.sealed_file import FileBroken
    from openvisit.platform.postgres import PostgresError
    from openvisit.settings import SettingsError

    if isinstance(
        error, (OpenVisitError, BackupError, FileBroken, MasterKeyFailed, PostgresError, SettingsError, OSError)
    ):
        return True
    kinds = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    return bool(kinds & {"psycopg.OperationalError", "sqlalchemy.exc.OperationalError"})
