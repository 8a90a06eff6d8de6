"""Data to try OpenVisit with: a believable clinic group, and a large one to measure with.

Everything here is invented. Names of people are put together from given names and made-up surnames, addresses end in
`.test` (RFC 2606) and phone numbers are of the range kept for fiction (555-0100 to 555-0199).
"""

from openvisit.seed.demo_group import demo
from openvisit.seed.measured_group import many

__all__ = ["demo", "many"]
