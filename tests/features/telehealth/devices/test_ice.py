"""Relay passwords that run out."""

from datetime import UTC, datetime

from openvisit.features.telehealth.devices.ice import LIFE, Ways, password, through

NOW = datetime(2027, 3, 4, 14, 30, tzinfo=UTC)
RELAYS = Ways(("stun:stun.clinic.example",), ("turn:relay.clinic.example:3478",), "north", "relay")


def test_the_password_is_coturns() -> None:
    """`printf %s 1433895918:ana | openssl dgst -sha1 -hmac north -binary | base64`"""
    assert password("north", "1433895918:ana") == "UEvMTxR/7RpRQbjI1FG7VnVqzWs="


def test_it_runs_out_and_says_whose_it_is() -> None:
    found = through(RELAYS, "person:7", NOW)
    stun, turn = found.ice_servers
    assert (stun.urls, stun.username, stun.credential) == (["stun:stun.clinic.example"], None, None)
    assert turn.username == f"{int((NOW + LIFE).timestamp())}:person:7"
    assert turn.credential == password("north", turn.username)
    assert (found.expires_at, found.ice_transport_policy) == (NOW + LIFE, "relay")
    assert "north" not in repr(RELAYS)


def test_without_servers_there_is_nothing_to_ask() -> None:
    assert through(Ways(), "person:7", NOW).ice_servers == []
