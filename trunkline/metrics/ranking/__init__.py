"""Ranked lists of items against what users took: one value a user, and comparisons over users."""
