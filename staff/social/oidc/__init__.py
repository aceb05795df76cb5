"""OpenID Connect: the bureau's own identity provider."""
