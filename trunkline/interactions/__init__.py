"""Who took what, and when: the pairs of users and items that recommenders learn from."""
