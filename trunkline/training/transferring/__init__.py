"""One published transfer strategy per file."""
