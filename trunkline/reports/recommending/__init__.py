"""What the page says about studies of recommenders."""
