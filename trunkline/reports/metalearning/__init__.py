"""What the page says about studies of meta-learners."""
