"""What stands written in source code: texts, lists, mappings and calls, read and never evaluated."""
