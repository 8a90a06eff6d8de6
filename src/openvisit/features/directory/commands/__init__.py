"""Writes to the directory; one use case a function, one transaction each."""
