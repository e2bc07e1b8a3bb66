"""Results in, one page and its figures out: computes nothing new, opens only its own templates."""
