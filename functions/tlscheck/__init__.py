"""tlscheck: can this database's CA be rotated, or TLS be enforced, without breaking an application?

A chapter each for what it knows (inventory, wire, ledger, verdict, reporting), all pure: no I/O, no clock,
nothing but the standard library. One chapter for what it touches: edges.
"""
