"""Finding a port to listen on."""

import errno
import socket

_TRIES = 50


def why_not(host: str, port: int) -> str | None:
    """Why nobody can listen there, in words, or None when the port is free.

    Tried without SO_REUSEPORT, with which two web servers could share a port unawares.
    Errors: OSError when the host itself is not an address of this machine.
    """
    with socket.socket(_family(host), socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
            attempt.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return "taken by another program"
            if error.errno == errno.EACCES:
                return "not allowed for this user"
            raise
    return None


def next_free(host: str, wanted: int) -> int:
    """The wanted port, or the first free one after it, or any the system gives."""
    for port in range(wanted, min(wanted + _TRIES, 65_535) + 1):
        if why_not(host, port) is None:
            return port
    with socket.create_server((host, 0), family=_family(host)) as any_port:
        return int(any_port.getsockname()[1])


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
