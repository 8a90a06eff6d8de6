"""Schedules, openings, claims on time, and the slots that are free."""
