"""Kinds of columns: what each learns of the training rows, and the entries it becomes."""
