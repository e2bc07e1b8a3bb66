"""Prove that a commit gives the bytes it was committed with."""
