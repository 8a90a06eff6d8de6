"""When people are reminded of their visits: what they wish, what their clinic lets them, and what follows from both."""
