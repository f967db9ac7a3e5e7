"""A server that is none: it meets clients as PostgreSQL does, shows them trials, and never asks for a password."""
