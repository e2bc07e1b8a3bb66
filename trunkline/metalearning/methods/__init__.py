"""Meta-learners, one published method a file."""
