"""On which platform a visit is held, and its room there."""
