"""`openvisit up`: all of OpenVisit on one machine, from an empty folder or from where it was."""

import argparse
import hashlib
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from openvisit.cli.installation import DATABASE, local_settings, postgres_folder
from openvisit.cli.parts import PostgresService, StepFailed, run_command, wait_until_ready
from openvisit.cli.progress import Progress
from openvisit.cli.summary import summary
from openvisit.platform.mail_catcher import MailCatcher
from openvisit.platform.ports import next_free, why_not
from openvisit.platform.postgres import EmbeddedPostgres
from openvisit.platform.supervisor import Child, Signals, StopRequested, Supervisor, trim_log
from openvisit.settings import Settings

LOOK_EVERY_SECONDS = 1.0
TRIM_EVERY_SECONDS = 600.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--host", help="address to listen on (default: the setting HOST, 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to try first (default: the setting PORT, 8000)")
    parser.add_argument("--workers", type=int, default=1, help="web processes (default: 1)")
    parser.add_argument("--no-demo", action="store_true", help="do not fill an empty database with demo data")


def run(options: argparse.Namespace) -> int:
    """Start everything, keep it up, stop it in order on Ctrl-C or SIGTERM."""
    progress = Progress()
    installation = _Installation(local_settings(), options, progress)
    with Signals() as signals:
        try:
            installation.start()
            installation.keep(signals)
        except StopRequested:
            print()
            with progress.step("Stopping"):
                installation.stop()
        except StepFailed as failure:
            print(f"\nopenvisit up: {failure}", file=sys.stderr)
            return 1
        finally:
            signals.hold_back()
            installation.stop()
    return 0


class _Installation:
    """The services of one `openvisit up`, in the order they need each other."""

    def __init__(self, settings: Settings, options: argparse.Namespace, progress: Progress) -> None:
        self._settings = settings
        self._options = options
        self._progress = progress
        self._folder = Path(settings.openvisit_data_dir)
        self._logs = self._folder / "log"
        database = hashlib.sha256(settings.database_url.encode()).hexdigest()[:12] if settings.database_url else "own"
        self._demo_marker = self._folder / f"demo-data-offered-{database}"
        self._supervisor = Supervisor(progress.say)
        self._catcher: MailCatcher | None = None
        self._postgres: EmbeddedPostgres | None = None

    def start(self) -> None:
        """Bring everything up and say where it is."""
        begun = time.monotonic()
        print("OpenVisit\n")
        if not self._settings.database_url:
            self._start_postgres()
        self._bring_database_up_to_date()
        self._choose_address()
        if self._settings.email_sender == "smtp" and not self._settings.smtp_url:
            self._start_catcher()
        web = self._child("web", "serve", "--workers", str(self._options.workers))
        worker = self._child("worker", "work")
        with self._progress.step("Starting the web server and the worker"):
            self._supervisor.start(web)
            self._supervisor.start(worker)
            if self._settings.events_url:
                self._supervisor.start(self._child("notifications", "work", "--consume", "notifications"))
            wait_until_ready(self._settings, self._supervisor)
        demo = self._settings.development and self._demo_marker.exists()
        print(summary(self._settings, time.monotonic() - begun, demo=demo), flush=True)

    def keep(self, signals: Signals) -> NoReturn:
        """Restart what dies, until a signal raises StopRequested."""
        next_trim = time.monotonic() + TRIM_EVERY_SECONDS
        while True:
            self._supervisor.tend()
            if time.monotonic() > next_trim:
                next_trim = time.monotonic() + TRIM_EVERY_SECONDS
                for log in self._logs.glob("*.log"):
                    trim_log(log)
            signals.wait(LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        """Stop the children, then mail, then the database; harmless the second time."""
        self._supervisor.stop()
        if self._catcher:
            self._catcher.stop()

    def _start_postgres(self) -> None:
        folder = postgres_folder(self._settings)
        first = not (folder / "cluster").exists()
        self._postgres = EmbeddedPostgres(folder, say=self._progress.say)
        with self._progress.step("Setting up PostgreSQL" if first else "Starting PostgreSQL"):
            self._supervisor.start(PostgresService(self._postgres))
            self._postgres.create_database(DATABASE)

    def _bring_database_up_to_date(self) -> None:
        with self._progress.step("Bringing the database up to date"):
            run_command("migrate", environment=self._environment(), say=self._progress.say, quiet=True)
        if self._options.no_demo or not self._settings.development or self._demo_marker.exists():
            return
        with self._progress.step("Filling an empty database with demo data"):
            run_command("seed", "--demo", "--if-empty", environment=self._environment(), say=self._progress.say)
        self._demo_marker.touch()

    def _choose_address(self) -> None:
        host = self._options.host or self._settings.host
        wanted = self._options.port or self._settings.port
        reason = why_not(host, wanted)
        port = wanted if reason is None else next_free(host, wanted)
        if reason is not None:
            self._progress.say(f"Port {wanted} is {reason}: using {port} instead")
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        own_address = self._settings.public_url != Settings().public_url
        public_url = self._settings.public_url if own_address else f"http://{shown}:{port}"
        self._settings = replace(self._settings, host=host, port=port, public_url=public_url)

    def _start_catcher(self) -> None:
        self._catcher = MailCatcher(self._folder / "mail")
        self._catcher.start()
        self._settings = replace(self._settings, smtp_url=self._catcher.url)

    def _child(self, name: str, *command: str) -> Child:
        program = [sys.executable, "-P", "-m", "openvisit.cli", *command]
        return Child(name, program, self._logs / f"{name}.log", self._environment)

    def _environment(self) -> dict[str, str]:
        """What the children read as their settings; asked anew at each start."""
        settings = self._settings
        database = self._postgres.url(DATABASE) if self._postgres else settings.database_url
        return {
            "OPENVISIT_DATA_DIR": settings.openvisit_data_dir,
            "OPENVISIT_PARENT_PID": str(os.getpid()),
            "DATABASE_URL": database,
            "SECRET_KEY": settings.secret_key,
            "SMTP_URL": settings.smtp_url,
            "PUBLIC_URL": settings.public_url,
            "HOST": settings.host,
            "PORT": str(settings.port),
        }
