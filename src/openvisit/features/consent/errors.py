"""What can go wrong with consents."""

from openvisit.core.errors import Conflict, NotFound


class ConsentNeeded(Conflict):
    """The patient has not agreed to this yet; `kinds` are the consents that are missing, `clinic_id` where."""

    code = "consent_needed"
    title = "The patient's consent is needed first"


class ConsentTextChanged(Conflict):
    """The clinic has published another wording since it was read; it has to be read again."""

    code = "consent_text_changed"
    title = "The wording has changed in the meantime; please read it again"


class ProcessingRestricted(Conflict):
    """The patient has paused the use of their data (GDPR article 18); nothing new is booked until they resume it."""

    code = "processing_restricted"
    title = "The use of this patient's data is paused; it has to be resumed first"


class UnknownConsentText(NotFound):
    """There is no such wording."""

    code = "consent_text_not_found"
    title = "There is no such wording"
