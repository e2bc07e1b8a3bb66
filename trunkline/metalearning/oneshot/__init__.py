"""One-shot recognition of characters: a network and the matching of strokes."""
