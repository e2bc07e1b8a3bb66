"""Bits on other processors."""
