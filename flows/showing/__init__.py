"""What a person sees of a run: a table, lines, logs, artifacts."""
