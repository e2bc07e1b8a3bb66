"""Trunks, heads and learners: Keras models without losses or data."""
