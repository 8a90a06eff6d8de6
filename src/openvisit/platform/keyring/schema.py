"""The schema `keyring`, in SQL that changes nothing where it is there already.

It lives apart from the other tables: a backup is made without it and restored beside it. No foreign key points into
it or out of it, because what is erased here may still be named by rows of an old backup.
"""

SCHEMA = "keyring"

CREATE = """
CREATE SCHEMA IF NOT EXISTS keyring;
CREATE TABLE IF NOT EXISTS keyring.wrapping_key (
    id integer NOT NULL,
    master text NOT NULL,
    wrapped bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_wrapping_key PRIMARY KEY (id),
    CONSTRAINT ck_wrapping_key_positive CHECK (id > 0)
);
CREATE TABLE IF NOT EXISTS keyring.data_key (
    owner uuid NOT NULL,
    wrapped bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    shredded_at timestamptz,
    CONSTRAINT pk_data_key PRIMARY KEY (owner),
    CONSTRAINT ck_data_key_shredded CHECK ((shredded_at IS NOT NULL) = (octet_length(wrapped) = 0))
);
COMMENT ON SCHEMA keyring IS 'Wrapped keys. Never part of a backup: see docs/operating.md.'"""
"""`wrapping_key.master` names the master key that unwraps it. A shredded key stays as a row with nothing in it, so
that no new key is made for its owner and every reader can tell "erased" from "never had one"."""

DROP = "DROP SCHEMA IF EXISTS keyring CASCADE"
