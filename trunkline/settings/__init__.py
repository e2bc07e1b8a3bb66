"""What a user may choose in params.yaml, with its limits and defaults: plain frozen values."""
