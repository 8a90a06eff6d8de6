"""Who did what to which record: append-only, written in the transaction of the act."""
