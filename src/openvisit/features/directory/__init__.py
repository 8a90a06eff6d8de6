"""Clinics, their locations, rooms and devices, visit types, and providers."""
