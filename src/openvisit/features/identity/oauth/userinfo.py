"""What an app learns of a person (OpenID Connect Core 1.0 section 5.1), by the scopes that were agreed to."""

from collections.abc import Collection, Mapping
from typing import Any

from openvisit.core import scopes
from openvisit.platform.crypto import Vault


def claims_of(person: Mapping[str, Any], given: Collection[str], vault: Vault, issuer: str) -> dict[str, Any]:
    """The claims; `sub` always, and the same for every app."""
    found: dict[str, Any] = {"sub": str(person["id"])}
    if scopes.PROFILE in given:
        found |= {"name": person["full_name"], "locale": person["language"], "zoneinfo": person["time_zone"]}
    if scopes.EMAIL in given:
        found["email"] = vault.of(person["id"], person["data_key"]).shown(person["email"], "person.email", person["id"])
        found["email_verified"] = person["verified_at"] is not None
    if scopes.FHIR_USER in given:
        if person["provider_id"] is not None:
            found["fhirUser"] = f"{issuer}/fhir/Practitioner/{person['provider_id']}"
        elif person["patient_id"] is not None:
            found["fhirUser"] = f"{issuer}/fhir/Patient/{person['patient_id']}"
    return found
