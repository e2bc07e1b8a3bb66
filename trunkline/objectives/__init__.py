"""Losses: (y_true, y_pred) -> [batch], never reduced."""
