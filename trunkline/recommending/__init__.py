"""Recommenders: what fits and scores them, and the lists that come of it."""
