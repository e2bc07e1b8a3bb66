"""Lists of items for users: search, filters, diversity, reasons, and what cold users get."""
