"""Signing in by an identity provider (OpenID Connect Core 1.0): Google, Microsoft, Apple and any other issuer."""
