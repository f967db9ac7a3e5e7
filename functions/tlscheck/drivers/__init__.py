"""Drivers: the words that each takes, how they are read, and what it does about TLS."""
