"""What a user would rate an item, one published method per file."""
