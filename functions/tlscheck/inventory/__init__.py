"""Databases, parameters and certificates: what AWS's API says."""
