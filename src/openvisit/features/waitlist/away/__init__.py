"""A provider is away: other times are proposed to the patients whose visits cannot be, and their answers are kept."""
