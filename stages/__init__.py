"""DVC stages: one thin module each."""
