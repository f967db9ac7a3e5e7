"""Tests, and the local stack that they share with the demo."""
