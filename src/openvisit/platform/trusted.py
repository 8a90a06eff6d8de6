"""Whose certificates are believed: read once a process, for reading them takes longer than many a call."""

import ssl
from functools import cache

import httpx


@cache
def authorities() -> ssl.SSLContext:
    """The usual authorities, or those that SSL_CERT_FILE or SSL_CERT_DIR name, to be checked with the host's name."""
    return httpx.create_ssl_context()
