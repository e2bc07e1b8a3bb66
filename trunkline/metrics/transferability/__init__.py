"""How well a source promises to serve a target, told from its features before any training."""
