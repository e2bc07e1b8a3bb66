"""Recommenders that train by gradients, through the compiled epoch."""
