"""The waitlist: who waits for a time, what comes free, and who is asked for it."""
