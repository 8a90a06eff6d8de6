"""The composition root: settings become adapters, features, and one ASGI application or one worker."""
