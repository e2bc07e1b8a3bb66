"""The compiled epoch and everything that trains with it."""
