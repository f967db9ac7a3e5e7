"""Mutants of the pure chapters: small changes of the code, each of which some test must notice.

Why not a library: mutmut 3 changes functions alone, and a third of this code is tables, enumerations and patterns
at the top of modules; it draws no sample, knows no seed, and its equivalents are comments in the code without a
list of reasons. cosmic-ray runs a command of its own for each mutant, in place, without choosing tests: a start of
pytest each time, minutes where a fork takes a second. mutatest has a seed and coverage, but runs all chosen files
for each mutant, and knows no Python after 3.8. What is left to write is small, since `ast` and `sys.monitoring`
do most of it.

Modules, in reading order: `operators` (what is changed into what), `walk` (where in a module), `candidates` (every
mutant, each with an id that outlives edits elsewhere), `draw` (which of them, from a seed), `coverage` (which test
runs which line), `judge` (what runs the tests of a trial), `trial` (a mutant in a process of its own), `control`
(the same without a change), `report`.
"""
