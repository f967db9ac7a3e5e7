"""What is said of clients, written down so that a person can read it: tests hold every later answer to it."""
