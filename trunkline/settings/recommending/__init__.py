"""What a study of recommenders chooses."""
