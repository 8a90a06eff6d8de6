"""Reminders: planned by rule, written down, and sent when they are due."""
