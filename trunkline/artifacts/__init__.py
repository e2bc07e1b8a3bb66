"""The only room that writes files: atomic and byte-stable."""
