"""Handshakes and looks: what a server says."""
