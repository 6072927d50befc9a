"""Mailing lists: where the messages are kept, and what one message says."""
