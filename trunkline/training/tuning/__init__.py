"""The search for settings: the same number of trials for every arm."""
