"""Whether what is said is true: measured by `make bench TOPIC=truth`, each figure in a module of its own."""
