"""Times that the waitlist offers, over HTTP."""
