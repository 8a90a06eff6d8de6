"""The keys by which browsers sign what they say in a call, and the ways a call takes through the network."""
