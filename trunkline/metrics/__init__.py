"""Metrics, estimates with intervals, paired comparisons and verdicts, in NumPy."""
