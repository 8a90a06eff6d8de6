"""The facts that features announce, by name. An event of any other name is a mistake, and nobody can hear it."""

from collections.abc import Mapping

TYPES: Mapping[str, str] = {
    "appointment.booked": "A visit was booked: `mode` is how it is to be held.",
    "appointment.requested": "A visit was asked for and waits for the clinic's word: `mode` as when it is booked.",
    "appointment.approved": "The clinic agreed to a visit that was asked for.",
    "appointment.declined": "The clinic did not agree to a visit that was asked for.",
    "appointment.confirmed": "The patient said that they will come.",
    "appointment.rescheduled": "A visit has another time: `from` and `to` are its old and new start.",
    "appointment.cancelled": "A visit was called off.",
    "appointment.checked-in": "The patient has arrived.",
    "appointment.started": "The visit began.",
    "appointment.completed": "The visit is over.",
    "appointment.no-show": "The patient did not come.",
    "appointment.patient-late": "The patient said that they will be late.",
    "appointment.provider-late": "The provider's side said that it will be later.",
    "consent.changed": "A patient gave or withdrew a consent.",
    "consent.lapsed": "A clinic's new wording took the place of one that patients had agreed to.",
    "waitlist.offered": "A time that came free was offered to somebody on the waitlist.",
    "visit.proposed": "Other times were proposed for a visit, since its provider is away.",
    "visit.way-in-changed": "A video visit is held on another platform, or in another room there, than was said.",
    "chat.unread": "Somebody has messages in a conversation that they have not read.",
    "notifications.delivery": "A vendor told what became of a message.",
    "notifications.reply": "Somebody answered a message: what they said is not in the event.",
}
"""What each tells. The subject of `appointment.*` and of `visit.way-in-changed` is the visit, of `consent.changed` the
patient, of `consent.lapsed` the clinic, of `waitlist.offered` the offer, of `visit.proposed` the proposal, of
`chat.unread` the conversation, of `notifications.*` what the vendor brought; the details are ids, codes and
instants."""
