"""tlscheck: can this database's CA be rotated, or TLS be enforced, without breaking an application?

Chapters, each of which reads only those before it, all pure (no I/O, no clock, nothing but the standard library):
wording, inventory, wire, keystores, trust, drivers, survival, ledger, verdict, reporting. Then edges, which touch
what lies outside.
"""
