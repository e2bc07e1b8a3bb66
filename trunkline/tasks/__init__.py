"""What is predicted from what, and which rows are drawn for it."""
