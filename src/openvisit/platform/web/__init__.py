"""HTTP mechanics shared by every feature: the only part of the platform that knows the web framework."""
