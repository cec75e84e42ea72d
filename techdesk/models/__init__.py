"""What is known: the tables, the store, and what is read from it."""
