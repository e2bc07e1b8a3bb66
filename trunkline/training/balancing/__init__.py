"""One published task balancer per file."""
