"""Signing in with the accounts that people have at work: OpenID Connect, DingTalk, Feishu, WeCom."""
