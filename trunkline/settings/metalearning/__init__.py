"""What a study of meta-learners asks."""
