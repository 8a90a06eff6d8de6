"""Holds and appointments: the only feature that claims time for people."""
