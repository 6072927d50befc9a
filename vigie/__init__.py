"""Vigie watches what is said about brands and mails the team when a bad buzz starts."""

__version__ = "0.1.0"
