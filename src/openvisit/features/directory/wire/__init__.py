"""Requests and answers about the directory."""
