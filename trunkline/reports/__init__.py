"""Results as pages and figures; nothing new is computed here."""
