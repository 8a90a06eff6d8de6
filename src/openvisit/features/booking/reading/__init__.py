"""Appointments as they are read: lists, one visit, its history and calendar file."""
