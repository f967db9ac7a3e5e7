"""Readers of data, one syntax each: a text becomes a tree of nodes with lines, or is refused with the line."""
