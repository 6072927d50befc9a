"""The demo: the ordinary pipeline on a small web made for it, on its own clock, with a mail server that keeps what it gets."""
