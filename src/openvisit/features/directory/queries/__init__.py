"""Reads of the directory; each starts from what the caller may see."""
