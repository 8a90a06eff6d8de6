"""The composition root: settings become adapters, features, and one ASGI application or one worker."""

from openvisit.main.events import consuming
from openvisit.main.parts import Parts, build
from openvisit.main.web import create_app, edge, litestar, openapi_document, rewire, shape, web_dist
from openvisit.main.work import queues, worker

__all__ = [
    "Parts",
    "build",
    "consuming",
    "create_app",
    "edge",
    "litestar",
    "openapi_document",
    "queues",
    "rewire",
    "shape",
    "web_dist",
    "worker",
]
