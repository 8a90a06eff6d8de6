"""Logs: one JSON object a line, with the request id of whoever caused it, and never health data or addresses."""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import psycopg
import structlog


def configure(level: str = "info", style: str = "json") -> None:
    """Set up structlog and route the standard library's loggers (Granian, Procrastinate...) through it."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    trace = structlog.processors.ExceptionRenderer(traced)
    render: Any = (
        structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    threshold = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[*shared, trace, render],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                trace,
                render,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(threshold, logging.WARNING))


def get(name: str) -> Any:
    """A logger whose lines carry `component=name`."""
    return structlog.get_logger(component=name)


def traced(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """The trace of an exception and of those before it.

    Of an error of the database only what happened and where is told: its own message holds the row that failed.
    """
    parts: list[str] = []

    def tell(error: BaseException) -> None:
        before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if before is not None:
            tell(before)
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{type(error).__name__}: {_said(error)}")
        for inner in getattr(error, "exceptions", ()):
            tell(inner)

    tell(exc_info[1])
    return "\n\n".join(parts)


def _said(error: BaseException) -> str:
    if not isinstance(error, psycopg.Error) or error.sqlstate is None:
        return str(error)
    where = {"table": error.diag.table_name, "column": error.diag.column_name, "constraint": error.diag.constraint_name}
    return ", ".join([f"SQLSTATE {error.sqlstate}", *(f"{name} {value}" for name, value in where.items() if value)])
