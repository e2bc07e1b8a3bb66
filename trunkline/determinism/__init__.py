"""Seeds derived by name, and the pins that make bits the same on every processor."""
