"""The exit codes that no sub-command has for itself."""

BAD_INPUT = 2
"""Of what could not be read or makes no sense, argparse's own too, and of an answer that could not be written."""
