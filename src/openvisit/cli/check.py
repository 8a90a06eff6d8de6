"""`openvisit check`: what is wrong with this installation, in words, and what to do about it."""

import argparse
from collections.abc import Callable, Iterator

from openvisit.cli.findings import Finding, Level
from openvisit.settings import Settings, SettingsError

_MARKS = {Level.OK: "ok  ", Level.WARN: "warn", Level.FAIL: "FAIL"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--production", action="store_true", help="also list what is unsafe for real patients")


def run(options: argparse.Namespace) -> int:
    """Print one line a finding; the exit code is 1 when something fails, 0 when there are only warnings."""
    failed = False
    for finding in _findings(production=options.production):
        failed |= finding.level is Level.FAIL
        print(f"{_MARKS[finding.level]}  {finding.subject:<16} {finding.words}", flush=True)
        if finding.remedy:
            print(f"{'':<22} -> {finding.remedy}")
    return int(failed)


def _findings(*, production: bool) -> Iterator[Finding]:
    from openvisit.cli import findings
    from openvisit.cli.installation import local_settings
    from openvisit.cli.production import unsafe

    yield findings.python_version()
    yield findings.time_zones()
    try:
        settings = local_settings()
    except (SettingsError, OSError) as error:
        yield Finding(Level.FAIL, "settings", str(error), "correct it in the environment or in .env")
        return
    if production:
        yield from unsafe(settings)
    else:
        yield findings.profile(settings)
    yield from _each(
        settings,
        findings.data_folder,
        findings.disk_space,
        findings.secret,
        findings.web_app,
        findings.mail_server,
        findings.broker,
    )
    yield from findings.database(settings)


def _each(settings: Settings, *checks: Callable[[Settings], Finding]) -> Iterator[Finding]:
    for check in checks:
        yield check(settings)
