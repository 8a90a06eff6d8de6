"""Accounts at identity providers that people have connected."""
