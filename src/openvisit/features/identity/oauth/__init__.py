"""OpenVisit as an OAuth 2.0 authorization server and OpenID Provider: apps, consents, codes and tokens."""
