"""What may be in the way of one database, and is to be in no other's: it is caught whole where one's turn ends."""

FAULTS = (Exception,)
"""Whatever its items, its log or its probe's answer lead to, a mistake of ours among it: no narrower name holds of
all. Whoever catches it logs it, and says it of that database as a reason."""
