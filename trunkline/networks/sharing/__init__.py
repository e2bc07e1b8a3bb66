"""Sharing architectures, one published method a file."""
