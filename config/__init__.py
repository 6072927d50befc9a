"""What a user edits, checked: schema, loader and the shipped starter files."""
