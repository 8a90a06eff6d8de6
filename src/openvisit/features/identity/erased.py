"""What is done to the rows of people whose key was shredded, also when a backup brings the rows back."""

_ERASED = "(SELECT owner FROM keyring.data_key WHERE shredded_at IS NOT NULL)"

AFTER_RESTORE = {
    "people erased since, their names and addresses blanked": f"""UPDATE person
        SET full_name = '', email = ''::bytea, email_index = sha256(convert_to('erased ' || id, 'UTF8')), phone = NULL,
            password_hash = NULL, verified_at = NULL, active = false
        WHERE id IN {_ERASED}""",
    "their dates of birth removed": f"""UPDATE patient SET born_on = NULL
        WHERE person_id IN {_ERASED} AND born_on IS NOT NULL""",
    "codes by mail made void": "DELETE FROM email_code",
    "sessions ended": "UPDATE session SET revoked_at = now(), revoked_because = 'restore' WHERE revoked_at IS NULL",
}
"""Statements by the words that say what they did. A backup must not bring back a session that was ended since."""
