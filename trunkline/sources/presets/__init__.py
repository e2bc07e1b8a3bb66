"""Published data, one module each: address, SHA-256, licence, citation, how it is read."""
