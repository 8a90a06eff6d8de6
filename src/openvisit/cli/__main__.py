"""`python -m openvisit.cli`, as the supervisor starts its children."""

import sys

from openvisit.cli import main

sys.exit(main())
