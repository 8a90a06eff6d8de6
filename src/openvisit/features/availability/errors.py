"""What can go wrong with times."""

from openvisit.core.errors import Invalid, NotFound


class UnknownProvider(NotFound):
    """There is no such provider, or not any more."""

    code = "provider_not_found"
    title = "There is no such provider"


class UnknownVisitType(NotFound):
    """There is no such visit type, or this provider does not offer it."""

    code = "visit_type_not_found"
    title = "This provider does not offer that visit type"


class BadSchedule(Invalid):
    """The working rules contradict themselves; `errors` says where."""

    code = "invalid_schedule"
    title = "The schedule is not valid"
