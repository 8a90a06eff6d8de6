"""The composition root: settings become adapters, features, and one ASGI application or one worker."""

from openvisit.main.parts import Parts, build
from openvisit.main.web import create_app, edge, litestar, openapi_document, rewire, shape, web_dist
from openvisit.main.work import worker

__all__ = [
    "Parts",
    "build",
    "create_app",
    "edge",
    "litestar",
    "openapi_document",
    "rewire",
    "shape",
    "web_dist",
    "worker",
]
