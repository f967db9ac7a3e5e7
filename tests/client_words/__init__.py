"""What people write, and what becomes of it when a word of it is changed: never a confident answer past a word."""
