"""Checks, findings and the readiness of a database."""
