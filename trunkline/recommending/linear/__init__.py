"""Recommenders that are counted, solved or factorised, one published method per file."""
