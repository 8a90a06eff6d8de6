"""Second factors: authenticator apps, passkeys, recovery codes; when one is due, and proving oneself again."""
