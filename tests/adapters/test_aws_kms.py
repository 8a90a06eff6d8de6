"""AWS KMS as the master key, against a KMS on the loopback."""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber
from moto.server import ThreadedMotoServer

from openvisit.adapters.master_keys import masters_of, vault_of
from openvisit.adapters.master_keys.aws_kms import AwsKmsMaster
from openvisit.core.errors import Unavailable
from openvisit.core.ids import new_id
from openvisit.platform.keyring import rotation
from openvisit.platform.keyring.masters import LocalMaster, MasterKeyFailed
from openvisit.settings import Settings, SettingsError

CONTEXT = {"product": "openvisit", "wrapping_key": "1"}
KEY = b"0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def kms_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def kms(kms_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", kms_url)
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "invented")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "invented")
    return boto3.client("kms")


@pytest.fixture
def key_id(kms: Any) -> str:
    made: str = kms.create_key()["KeyMetadata"]["KeyId"]
    return made


def test_it_wraps_and_unwraps_under_the_same_context(key_id: str) -> None:
    master = AwsKmsMaster(key_id)
    wrapped = master.wrap(KEY, CONTEXT)
    assert KEY not in wrapped
    assert AwsKmsMaster(key_id).unwrap(wrapped, CONTEXT) == KEY
    with pytest.raises(MasterKeyFailed) as failed:
        master.unwrap(wrapped, {**CONTEXT, "wrapping_key": "2"})
    assert failed.value.permanent


def test_an_alias_will_do(kms: Any, key_id: str) -> None:
    kms.create_alias(AliasName=f"alias/ov-{key_id}", TargetKeyId=key_id)
    master = AwsKmsMaster(f"alias/ov-{key_id}")
    assert master.unwrap(master.wrap(KEY, CONTEXT), CONTEXT) == KEY


def test_a_key_that_is_not_there_is_no_matter_of_waiting(kms: Any) -> None:
    with pytest.raises(MasterKeyFailed, match="NotFound") as failed:
        AwsKmsMaster(str(new_id())).wrap(KEY, CONTEXT)
    assert failed.value.permanent


@pytest.mark.parametrize(
    ("code", "permanent"),
    [("DisabledException", True), ("AccessDeniedException", True), ("ThrottlingException", False)],
)
def test_what_the_service_refuses_for_good_and_what_passes(kms: Any, code: str, permanent: bool) -> None:
    once = boto3.client("kms", config=Config(retries={"total_max_attempts": 1}))
    with Stubber(once) as stub:  # refusals that the KMS of the tests does not make
        stub.add_client_error("decrypt", service_error_code=code, http_status_code=400)
        with pytest.raises(MasterKeyFailed, match=code) as failed:
            AwsKmsMaster("any", client=once).unwrap(b"x", CONTEXT)
    assert failed.value.permanent is permanent


def test_a_service_out_of_reach_is_worth_another_try(key_id: str) -> None:
    config = Config(connect_timeout=0.3, retries={"total_max_attempts": 1})
    nowhere = boto3.client("kms", endpoint_url="http://127.0.0.1:9", config=config)
    with pytest.raises(MasterKeyFailed, match="could not be asked") as failed:
        AwsKmsMaster(key_id, client=nowhere).unwrap(b"x", CONTEXT)
    assert not failed.value.permanent


def test_from_the_secret_key_to_kms_by_rotation(key_id: str, settings: Settings) -> None:
    before = vault_of(settings)
    person = new_id()
    keys, wrapped = before.new(person)
    sealed = keys.seal("text", "a.b", person)
    with before.wrapping.connect() as connection:
        connection.execute("INSERT INTO keyring.data_key (owner, wrapped) VALUES (%s, %s)", (person, wrapped))

    moved = vault_of(replace(settings, master_key=f"aws-kms:{key_id}"))
    rotation.rotate(moved, lambda _words: None)
    status = rotation.status(moved)
    assert [(each.master, each.data_keys > 0) for each in status.wrapping] == [
        (LocalMaster(settings.secret_key).name, False),
        (f"aws-kms:{key_id}", True),
    ]
    with moved.wrapping.connect() as connection:
        [(rewrapped,)] = connection.execute("SELECT wrapped FROM keyring.data_key WHERE owner = %s", (person,))
    assert rewrapped != wrapped
    # A process of another SECRET_KEY, that has the KMS key alone.
    alone = vault_of(
        replace(settings, secret_key="another one altogether, just as long", master_key=f"aws-kms:{key_id}")
    )
    assert alone.of(person, rewrapped).open(sealed, "a.b", person) == "text"


def test_a_service_that_fails_makes_requests_wait_not_fail(kms: Any, key_id: str, settings: Settings) -> None:
    vault = vault_of(replace(settings, master_key=f"aws-kms:{key_id}"))
    vault.load()
    late = vault_of(replace(settings, master_key=f"aws-kms:{key_id}"))
    config = Config(connect_timeout=0.3, retries={"total_max_attempts": 1})
    late.wrapping.masters.current._client = boto3.client(  # type: ignore[attr-defined]
        "kms", endpoint_url="http://127.0.0.1:9", config=config
    )
    with pytest.raises(Unavailable):
        late.load()


def test_settings_that_name_no_master_key(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="MASTER_KEY must be at least 32"):
        masters_of(replace(settings, master_key="short"))
    with pytest.raises(SettingsError, match="MASTER_KEY_OLD must be at least 32"):
        masters_of(replace(settings, master_key="x" * 32, master_key_old="y" * 32 + "\nshort"))
    assert masters_of(replace(settings, master_key="x" * 32)).current.name == LocalMaster("x" * 32).name
