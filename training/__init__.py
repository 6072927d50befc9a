"""What fits the models of `analysis` and measures them. Not installed: it needs the repository and the `dev` extra."""
