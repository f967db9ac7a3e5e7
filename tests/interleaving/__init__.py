"""Sweeps that run at once, step by step: whatever comes between which two steps, nothing is lost."""
