"""`openvisit serve`: the web server, Granian with one process or several."""

import argparse
import gc
import os
from typing import Any

from openvisit.cli.installation import export, local_settings, with_database
from openvisit.platform.parent import end_with_parent

_MAIN_PID = "OPENVISIT_SERVE_PID"
KILL_AFTER_SECONDS = 10
MOST_HEADER_BYTES = 64 * 1024
"""Request line and headers; also what a connection buffers of a body."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--host", help="address to listen on (default: the setting HOST)")
    parser.add_argument("--port", type=int, help="port to listen on (default: the setting PORT)")
    parser.add_argument("--workers", type=int, default=1, help="web processes (default: 1)")


def run(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    end_with_supervisor()
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    with with_database(local_settings()) as settings:
        export(settings)
        os.environ[_MAIN_PID] = str(os.getpid())
        server = Granian(
            "openvisit",
            address=options.host or settings.host,
            port=options.port or settings.port,
            interface=Interfaces.ASGI,
            workers=options.workers,
            # HTTP/1.1 alone: HTTP/2 is the proxy's, and with it the ways to smuggle one into the other.
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(
                header_read_timeout=settings.header_timeout_seconds * 1000, max_buffer_size=MOST_HEADER_BYTES
            ),
            workers_kill_timeout=KILL_AFTER_SECONDS,
            respawn_failed_workers=True,
            log_level=LogLevels.warning,
        )
        server.serve(target_loader=load_app, wrap_loader=False)
    return 0


def load_app() -> Any:
    """The application, in a web process that Granian has just made."""
    end_with_parent(int(os.environ[_MAIN_PID]))
    from openvisit.main.web import create_app

    app = create_app()
    # What was made at the start stays: walked through again and again, it held up every answer for a tenth of a second.
    gc.collect()
    gc.freeze()
    return app


def end_with_supervisor() -> None:
    """Tie this process to the supervisor that started it, if one did."""
    if supervisor := os.environ.get("OPENVISIT_PARENT_PID"):
        end_with_parent(int(supervisor))
