"""Where the master key comes from: a secret of the environment or a file, or a key management service."""

from openvisit.platform.crypto import Vault
from openvisit.platform.keyring.masters import LocalMaster, MasterKey, Masters
from openvisit.settings import Settings, SettingsError

_KMS = "aws-kms:"
_SHORTEST = 32


def vault_of(settings: Settings) -> Vault:
    """The vault of these settings; nothing is read yet. Errors: SettingsError."""
    return Vault(settings.secret_key, settings.database_url, masters_of(settings))


def masters_of(settings: Settings) -> Masters:
    """MASTER_KEY, and MASTER_KEY_OLD one a line. The secret key's own is always known: it is where everybody begins.

    Errors: SettingsError for a short secret, or a KMS key without its library.
    """
    first = LocalMaster(settings.secret_key)
    former = [_master("MASTER_KEY_OLD", line) for line in settings.master_key_old.splitlines() if line.strip()]
    current = _master("MASTER_KEY", settings.master_key) if settings.master_key else first
    return Masters(current, [first, *former])


def _master(name: str, text: str) -> MasterKey:
    text = text.strip()
    if text.startswith(_KMS):
        from openvisit.adapters.master_keys.aws_kms import AwsKmsMaster

        return AwsKmsMaster(text.removeprefix(_KMS))
    if len(text) < _SHORTEST:
        raise SettingsError(f"{name} must be at least {_SHORTEST} characters (for example: openssl rand -base64 48)")
    return LocalMaster(text)
