"""A master key in AWS Key Management Service: it never leaves the service, which wraps and unwraps for us.

https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html and API_Decrypt.html. Region and credentials
come from the environment as for every AWS program (AWS_REGION, AWS_PROFILE, a role of the machine; AWS_ENDPOINT_URL_KMS
for another address). The encryption context is bound in and shows in CloudTrail: it says which wrapping key, never
whose data.
"""

from collections.abc import Mapping
from typing import Any

from openvisit.platform.keyring.masters import MasterKeyFailed

_ANOTHER_TRY = frozenset(
    {
        "DependencyTimeoutException",
        "InternalFailure",
        "KeyUnavailableException",
        "KMSInternalException",
        "LimitExceededException",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
    }
)
"""Error codes of the service that may pass; a key that is disabled or forbidden does not mend itself."""


class AwsKmsMaster:
    """The KMS key of that id, ARN or alias."""

    def __init__(self, key_id: str, *, client: Any = None) -> None:
        self.name = f"aws-kms:{key_id}"
        self._key_id = key_id
        self._client = client

    def wrap(self, key: bytes, context: Mapping[str, str]) -> bytes:
        """Errors: MasterKeyFailed."""
        answer = self._call("encrypt", Plaintext=key, EncryptionContext=dict(context))
        return bytes(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """Errors: MasterKeyFailed."""
        answer = self._call("decrypt", CiphertextBlob=wrapped, EncryptionContext=dict(context))
        return bytes(answer["Plaintext"])

    def _call(self, operation: str, **arguments: Any) -> Any:
        try:
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError:
            raise MasterKeyFailed(
                "MASTER_KEY names a key of AWS KMS: install OpenVisit with its extra `aws`", permanent=True
            ) from None
        try:
            return getattr(self._connected(), operation)(KeyId=self._key_id, **arguments)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            raise MasterKeyFailed(
                f"AWS KMS refused to {operation}: {code}", permanent=code not in _ANOTHER_TRY
            ) from None
        except BotoCoreError as error:
            kind = type(error).__name__
            permanent = "Credentials" in kind or "Region" in kind or "Profile" in kind
            raise MasterKeyFailed(f"AWS KMS could not be asked to {operation}: {kind}", permanent=permanent) from None

    def _connected(self) -> Any:
        if self._client is None:
            import boto3
            from botocore.config import Config

            config = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
            self._client = boto3.client("kms", config=config)
        return self._client
