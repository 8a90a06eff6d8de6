"""What consumers of events could not take: looked at, replayed or dismissed by admins (`platform.pipeline`)."""
