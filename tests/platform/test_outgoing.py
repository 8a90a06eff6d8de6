"""Calls to addresses that others chose stay out of our own network, end in time, and read no more than they should."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from openvisit.platform.outgoing import Outgoing, OutgoingFailed, OutgoingRefused, is_public, parse_networks


class _Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            self.server.slow.wait(10)  # type: ignore[attr-defined]
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = b"x" * 5000 if self.path == "/large" else self.headers["host"].encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _server(context: ssl.SSLContext | None = None) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    server.slow = threading.Event()  # type: ignore[attr-defined]
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.slow.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def plain() -> Iterator[str]:
    with _server() as server:
        yield f"http://127.0.0.1:{server.server_port}"


def at(*addresses: str) -> object:
    """A name server that answers with these."""

    async def answer(host: str, port: int) -> list[str]:
        return list(addresses)

    return answer


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1", "192.168.1.1",
        "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "64:ff9b::a00:1", "64:ff9b::7f00:1", "2002:a00:1::1", "2002:7f00:1::", "fc00::1", "fe80::1", "ff02::1",
        "2001:db8::1",
    ],
)  # fmt: skip
async def test_an_address_inside_is_refused_however_it_is_written(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(OutgoingRefused, match="not public"):
        await Outgoing(resolver=at(address)).send("GET", "https://harmless.example/")  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_outside_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


async def test_one_address_inside_among_many_is_enough_to_refuse() -> None:
    with pytest.raises(OutgoingRefused):
        await Outgoing(resolver=at("8.8.8.8", "10.0.0.1")).send("GET", "https://harmless.example/")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "file:///etc/passwd", "gopher://127.0.0.1/", "https://user:secret@example.org/", "https:///x",
        "javascript:alert(1)", "//example.org", "", "https://", "https://[::1", "https://x:99999999/",
    ],
)  # fmt: skip
async def test_only_plain_https_addresses_are_called(url: str) -> None:
    with pytest.raises(OutgoingRefused):
        await Outgoing().send("GET", url)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_the_loopback_is_known_by_all_its_names(host: str) -> None:
    with pytest.raises((OutgoingRefused, OutgoingFailed)):
        await Outgoing().send("GET", f"https://{host}/")


async def test_a_second_answer_of_the_name_server_changes_nothing(plain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the name leads outside when it is checked, and inside a moment later."""
    asked: list[str] = []

    async def first_good(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]  # what is checked, and allowed in development

    monkeypatch.setattr(socket, "getaddrinfo", _only_numbers)
    port = plain.rpartition(":")[2]
    outgoing = Outgoing(development=True, resolver=first_good)
    answer = await outgoing.send("GET", f"http://rebound.example:{port}/")
    assert answer.body.decode() == f"rebound.example:{port}"
    assert asked == ["rebound.example"]


def _only_numbers(host: object, *args: object, **more: object) -> list[object]:
    address = host.decode() if isinstance(host, bytes) else str(host)
    ipaddress.ip_address(address)  # fails for a name: nobody else may resolve one
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, args[0]))]


async def test_each_redirect_is_checked_like_the_first(plain: str) -> None:
    outgoing = Outgoing(development=True)
    assert (await outgoing.send("GET", f"{plain}/to/{plain}/", redirects=1)).status == 200
    for target in ("http://10.0.0.1/", "http://169.254.169.254/latest", "file:///etc/passwd"):
        with pytest.raises(OutgoingRefused):
            await outgoing.send("GET", f"{plain}/to/{target}", redirects=1)
    with pytest.raises(OutgoingFailed, match="too many"):
        await outgoing.send("GET", f"{plain}/to/{plain}/", redirects=0)


async def test_what_is_too_large_or_too_slow_is_given_up(plain: str) -> None:
    outgoing = Outgoing(development=True)
    with pytest.raises(OutgoingFailed, match="larger"):
        await outgoing.send("GET", f"{plain}/large", largest=4999)
    assert len((await outgoing.send("GET", f"{plain}/large", largest=5000)).body) == 5000
    with pytest.raises(OutgoingFailed, match="within"):
        await outgoing.send("GET", f"{plain}/slow", seconds=0.2)


async def test_networks_of_our_own_may_be_allowed() -> None:
    allowed = parse_networks("10.20.0.0/16, 127.0.0.1")
    with pytest.raises(OutgoingFailed):  # called, and nobody there
        await Outgoing(allowed=allowed, resolver=at("127.0.0.1")).send("GET", "https://id.clinic.example:1/")  # type: ignore[arg-type]
    with pytest.raises(OutgoingRefused):
        await Outgoing(allowed=allowed, resolver=at("10.21.0.1")).send("GET", "https://id.clinic.example/")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="everywhere"):
        parse_networks("everywhere")


async def test_the_certificate_must_be_that_of_the_name(tmp_path: Path) -> None:
    """The connection goes to an address, yet the certificate of the host is checked."""
    context, trusted = _certificate(tmp_path, "id.clinic.example")
    with _server(context) as server:
        outgoing = Outgoing(development=True, resolver=at("127.0.0.1"), verify=trusted)  # type: ignore[arg-type]
        good = await outgoing.send("GET", f"https://id.clinic.example:{server.server_port}/")
        assert good.status == 200
        with pytest.raises(OutgoingFailed, match="ConnectError"):
            await outgoing.send("GET", f"https://other.example:{server.server_port}/")


def _certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "server.pem"
    file.write_bytes(secret + pem)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(file)
    return serving, ssl.create_default_context(cadata=pem.decode())
