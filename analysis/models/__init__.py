"""Word lists that the components read."""
