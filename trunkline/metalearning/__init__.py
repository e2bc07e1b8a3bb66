"""Meta-learning: from many small tasks to the next one."""
