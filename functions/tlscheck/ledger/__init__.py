"""Clients remembered: who connected, with TLS or without, first and last seen."""
