"""Every table that says something of a person: what of it they get to see, and what erasing them does to it.

A test compares this list with the database: a table with a column that names a person or a patient, and that is not
here, fails it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Keys = Literal["person", "system"]


@dataclass(frozen=True, slots=True)
class Source:
    """One table. `mine` is a condition on `t` over %(person_id)s, %(patient_id)s and %(email_index)s.

    `sealed` maps a column to whose key opens it. `hidden` columns never leave the database: hashes, keys and tokens
    say nothing to a person and much to a thief. `erase` is the statement that erasing runs, in the order of the list;
    empty for what is kept, and `kept` then says why.
    """

    table: str
    mine: str
    title: Mapping[str, str]
    sealed: Mapping[str, Keys] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    erase: str = ""
    kept: str = ""


def _source(
    table: str,
    en: str,
    es: str,
    mine: str = "t.person_id = %(person_id)s",
    *,
    sealed: Mapping[str, Keys] | None = None,
    hidden: str = "",
    erase: str | None = None,
    kept: str = "",
) -> Source:
    if erase is None:
        erase = "" if kept else f"DELETE FROM {table} t WHERE {mine}"
    return Source(table, mine, {"en": en, "es": es}, sealed or {}, frozenset(hidden.split()), erase, kept)


_OWN_PATIENT = "t.patient_id = %(patient_id)s"
_OWN_SESSION = "t.session_id IN (SELECT s.id FROM session s WHERE s.person_id = %(person_id)s)"
_OWN_CHATS = "(SELECT r.id FROM chat_room r WHERE r.patient_id = %(patient_id)s)"
_IN_OWN_CHAT = f"t.room_id IN {_OWN_CHATS}"
_PROOF = "proof of what was agreed to and done; names nobody"

SOURCES: tuple[Source, ...] = (
    _source(
        "person",
        "Account",
        "Cuenta",
        "t.id = %(person_id)s",
        sealed={"email": "person", "phone": "person"},
        hidden="email_index password_hash",
        erase="""UPDATE person SET full_name = 'Erased person', email = ''::bytea,
                     email_index = %(nobody)s, phone = NULL,
                     password_hash = NULL, verified_at = NULL, active = false,
                     switched_off_at = NULL, switched_off_by = NULL, time_zone = 'UTC', language = 'en',
                     version = version + 1
                 WHERE id = %(person_id)s""",
    ),
    _source(
        "patient",
        "Patient",
        "Paciente",
        erase="""UPDATE patient SET born_on = NULL, restricted_at = NULL, objected_at = %(now)s
                 WHERE person_id = %(person_id)s""",
    ),
    _source("role", "Roles at clinics", "Funciones en clínicas"),
    _source("clinic_patient", "Clinics that know you", "Clínicas que le conocen", _OWN_PATIENT),
    _source(
        "appointment",
        "Visits",
        "Visitas",
        _OWN_PATIENT,
        sealed={"reason": "person", "accommodations": "person", "closed_reason": "person"},
        erase="""UPDATE appointment SET reason = ''::bytea, accommodations = ''::bytea, closed_reason = NULL
                 WHERE patient_id = %(patient_id)s""",
    ),
    _source(
        "visit_rating",
        "Your ratings of visits",
        "Sus valoraciones de citas",
        _OWN_PATIENT,
        sealed={"comment": "person", "moderation_reason": "person"},
    ),
    _source(
        "visit_addendum",
        "What was added to summaries of visits",
        "Añadidos a los resúmenes de citas",
        # What is added to the notes is not for the patient to download: clinics answer for it, when asked.
        "(t.patient_id = %(patient_id)s AND t.part = 'summary')",
        sealed={"text": "person"},
        erase="DELETE FROM visit_addendum WHERE patient_id = %(patient_id)s",
    ),
    _source(
        "visit_note",
        "Summaries of visits",
        "Resúmenes de citas",
        "(t.patient_id = %(patient_id)s AND t.finished_at IS NOT NULL)",
        sealed={"summary": "person"},
        hidden="notes",
        erase="DELETE FROM visit_note WHERE patient_id = %(patient_id)s",
    ),
    _source(
        "delegation",
        "People who act for you, and for whom you act",
        "Personas que actúan por usted y por quienes usted actúa",
        # An invitation that nobody took up yet holds the address alone.
        "(t.patient_id = %(patient_id)s OR t.delegate_id = %(person_id)s OR t.invited_index = %(email_index)s)",
        hidden="invited invited_index code_hash",
    ),
    _source(
        "emergency_access",
        "Openings of your record in an emergency",
        "Aperturas de su historial en una emergencia",
        _OWN_PATIENT,
        sealed={"note": "person", "review_note": "person"},
        erase="""UPDATE emergency_access SET note = ''::bytea, review_note = NULL
                 WHERE patient_id = %(patient_id)s""",
    ),
    _source(
        "waitlist_offer",
        "Times offered to you from the waitlist",
        "Horas ofrecidas desde la lista de espera",
        _OWN_PATIENT,
    ),
    _source(
        "away_proposal",
        "Other times proposed when a provider was away",
        "Otras horas propuestas por ausencia de un profesional",
        _OWN_PATIENT,
    ),
    _source(
        "waitlist_entry",
        "What you wait for",
        "Lo que espera",
        _OWN_PATIENT,
        sealed={"near": "person"},
    ),
    _source("visit_link", "Links into visits by video", "Enlaces a visitas por vídeo", hidden="token_hash session_id"),
    _source(
        "visit_presence",
        "When you waited for and took part in visits by video",
        "Cuándo esperó y participó en visitas por vídeo",
        hidden="peer process",
    ),
    _source(
        "visit_guest",
        "Guests of your visits by video",
        "Invitados a sus visitas por vídeo",
        "t.room_id IN (SELECT r.id FROM visit_room r WHERE r.patient_id = %(patient_id)s)",
        sealed={"name": "person"},
        hidden="token_hash public_key",
        erase="""UPDATE visit_guest SET name = ''::bytea, public_key = '', token_hash = sha256(id::text::bytea)
                 WHERE room_id IN (SELECT r.id FROM visit_room r WHERE r.patient_id = %(patient_id)s)""",
    ),
    _source(
        "chat_file_chunk",
        "Parts of files in conversations, which only their readers can open",
        "Partes de archivos en conversaciones, que solo sus lectores pueden abrir",
        f"t.file_id IN (SELECT f.id FROM chat_file f WHERE f.room_id IN {_OWN_CHATS})",
        hidden="content",
    ),
    _source("chat_file", "Files in conversations", "Archivos en conversaciones", _IN_OWN_CHAT),
    _source(
        "chat_message",
        "Messages in conversations, which only their readers can open",
        "Mensajes en conversaciones, que solo sus lectores pueden abrir",
        _IN_OWN_CHAT,
        hidden="ciphertext signature",
    ),
    _source(
        "chat_mark",
        "How far messages were read",
        "Hasta dónde se leyeron los mensajes",
        f"({_IN_OWN_CHAT} OR t.participant = 'person:' || %(person_id)s)",
    ),
    _source(
        "chat_wrap",
        "Keys to conversations",
        "Claves de conversaciones",
        f"({_IN_OWN_CHAT} OR t.participant = 'person:' || %(person_id)s)",
        hidden="wrapped",
    ),
    _source("chat_epoch", "Changes of keys in conversations", "Cambios de claves en conversaciones", _IN_OWN_CHAT),
    _source("chat_room", "Conversations", "Conversaciones", _OWN_PATIENT),
    _source(
        "person_key_seal",
        "Ways to unlock your keys",
        "Formas de desbloquear sus claves",
        "t.person_key_id IN (SELECT k.id FROM person_key k WHERE k.person_id = %(person_id)s)",
        hidden="sealed salt credential",
    ),
    _source("person_key", "Keys for encrypted conversations", "Claves para conversaciones cifradas"),
    _source(
        "visit_room",
        "Rooms of your visits by video",
        "Salas de sus visitas por vídeo",
        _OWN_PATIENT,
        kept="times of visits, which the clinic keeps with them",
    ),
    _source("recording_consent", "Whether you agreed to be recorded", "Si aceptó ser grabado"),
    _source(
        "recording_answer",
        "What you said to being recorded, each time",
        "Lo que respondió a ser grabado, cada vez",
        kept=_PROOF,
    ),
    _source(
        "recording",
        "Recordings of your visits by video",
        "Grabaciones de sus visitas por vídeo",
        _OWN_PATIENT,
        hidden="keys",
    ),
    _source("visit_check", "Checks before video visits", "Pruebas antes de visitas por vídeo"),
    _source("hold", "Times held for you", "Horas reservadas provisionalmente", hidden="token_hash"),
    _source(
        "idempotency",
        "Answers kept for repeated requests",
        "Respuestas guardadas para peticiones repetidas",
        hidden="fingerprint body",
    ),
    _source(
        "push_subscription",
        "Where push messages go",
        "A dónde van los mensajes push",
        sealed={"address": "person"},
        hidden="address_index",
    ),
    _source(
        "scheduled_reminder",
        "Messages about your visits",
        "Mensajes sobre sus visitas",
        "(t.person_id = %(person_id)s OR t.patient_id = %(patient_id)s)",
        hidden="lease",
    ),
    _source(
        "notification_preference",
        "How you wish to be told",
        "Cómo desea recibir avisos",
        sealed={"custom_message": "person", "phone": "person"},
        hidden="phone_index",
    ),
    _source("template_preview", "Previews of messages", "Vistas previas de mensajes", hidden="secret_hash html"),
    _source("consent", "Consents", "Consentimientos", _OWN_PATIENT, hidden=""),
    _source("consent_event", "History of consents", "Historial de consentimientos", _OWN_PATIENT, kept=_PROOF),
    _source(
        "privacy_request",
        "Requests about your data",
        "Solicitudes sobre sus datos",
        sealed={"wish": "person", "answer": "person"},
        hidden="contact",
        erase="UPDATE privacy_request SET wish = NULL, answer = NULL WHERE person_id = %(person_id)s",
    ),
    _source(
        "privacy_export",
        "Exports made for you",
        "Exportaciones hechas para usted",
        "t.request_id IN (SELECT r.id FROM privacy_request r WHERE r.person_id = %(person_id)s)",
        hidden="content",
    ),
    _source(
        "oauth_authorization",
        "Access of connected apps",
        "Accesos de aplicaciones conectadas",
        hidden="code_hash code_challenge nonce",
    ),
    _source("oauth_consent", "Connected apps", "Aplicaciones conectadas"),
    _source("refresh_token", "Renewals of sessions", "Renovaciones de sesiones", _OWN_SESSION, hidden="token_hash"),
    _source(
        "federated_session",
        "Sessions opened by identity providers",
        "Sesiones abiertas por proveedores de identidad",
        _OWN_SESSION,
        hidden="id_token",
    ),
    _source("session", "Sessions", "Sesiones", sealed={"address": "person"}),
    _source("device_key", "Keys of your browsers", "Claves de sus navegadores", hidden="key_id public_key"),
    _source("known_device", "Known browsers", "Navegadores conocidos", hidden="browser_hash"),
    _source("account_link", "Links mailed to you", "Enlaces enviados", hidden="token_hash"),
    _source(
        "email_change",
        "Changes of e-mail address",
        "Cambios de correo electrónico",
        sealed={"old_email": "person", "new_email": "person"},
        hidden="old_index new_index",
    ),
    _source(
        "email_code",
        "Codes mailed to you",
        "Códigos enviados",
        hidden="code_hash registration browser_hash",
    ),
    _source("totp", "Authenticator apps", "Aplicaciones de autenticación", hidden="secret last_step"),
    _source("passkey", "Passkeys", "Llaves de acceso", hidden="credential_id public_key"),
    _source("passkey_handle", "Passkey account", "Cuenta de llaves de acceso", hidden="handle"),
    _source("recovery_code", "Recovery codes", "Códigos de recuperación", hidden="code_hash"),
    _source("factor_ticket", "Sign-ins under way", "Inicios de sesión en curso", hidden="ticket_hash browser_hash"),
    _source(
        "factor_reset",
        "Resets of the second factor",
        "Restablecimientos del segundo factor",
        hidden="stop_hash",
    ),
    _source(
        "federated_identity",
        "Connected accounts",
        "Cuentas conectadas",
        sealed={"email": "person"},
    ),
    _source(
        "federation_attempt",
        "Connections under way",
        "Conexiones en curso",
        hidden="state_hash browser_hash",
    ),
    _source(
        "provider",
        "Public profile",
        "Perfil público",
        erase="UPDATE provider SET person_id = NULL, active = false WHERE person_id = %(person_id)s",
    ),
    _source(
        "audit",
        "Who did what with your data",
        "Quién hizo qué con sus datos",
        "t.actor_id = %(person_id)s OR t.patient_id = %(patient_id)s OR t.on_behalf_of = %(person_id)s",
        kept="the law asks for the trail; it names nobody but by numbers, which lead nowhere any more",
    ),
)

LEFT_OUT: Mapping[str, str] = {
    "retained_record": "kept for the clinic's legal duties after an erasure; no longer linked to an account",
}
"""Tables that name people in a column and are no source, and why."""
