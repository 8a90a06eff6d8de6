"""What `EVENTS_URL` says of a Kafka."""

import pytest
from faststream.security import SASLPlaintext, SASLScram256, SASLScram512

from openvisit.adapters.kafka.address import read_url


def test_servers_without_more() -> None:
    found = read_url("kafka://one:9092,two:9092")
    assert found.servers == ["one:9092", "two:9092"]
    assert not found.security.use_ssl


@pytest.mark.parametrize(
    ("option", "kind"),
    [
        ("", SASLScram512),
        ("?sasl=SCRAM-SHA-512", SASLScram512),
        ("?sasl=SCRAM-SHA-256", SASLScram256),
        ("?sasl=PLAIN", SASLPlaintext),
    ],
)
def test_signing_in_by_tls(option: str, kind: type[SASLPlaintext]) -> None:
    found = read_url(f"kafkas://app:se%40cret@one:9093{option}")
    assert type(found.security) is kind
    assert found.security.use_ssl
    assert (found.security.username, found.security.password) == ("app", "se@cret")


@pytest.mark.parametrize(
    "url", ["kafka://", "kafka://one", "kafka://app:hunter2@one", "kafka://a:hunter2@b:1?sasl=X", "kafka://a:1?tls=no"]
)
def test_what_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="EVENTS_URL") as told:
        read_url(url)
    assert "hunter2" not in str(told.value)
