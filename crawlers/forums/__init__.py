"""One module per forum engine."""
