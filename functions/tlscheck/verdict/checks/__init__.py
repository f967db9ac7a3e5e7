"""The checks: one file each, with its row and its judge. The registry says which is judged of what."""
