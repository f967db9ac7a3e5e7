"""What a server knows of our token, taken out of what it says who is connected.

A server that was sent a token may name its sessions by it, and what it names is remembered and reported. Without
its signature a token opens nothing, so each text with a part of that is replaced as a whole. No more is promised:
who has the token could write it down in a thousand other ways, and it holds for 15 minutes and that server alone.
"""

import re
from dataclasses import replace

from tlscheck.wire.observation import Look, SessionGroup

LEAST = 16
"""Characters of a signature, which has 64, that do not stand in another text by chance."""

UNSAID = "(part of the IAM token)"


def unsaid(look: Look, token: str) -> Look:
    """The look with no name, address or protocol that holds a part of the token's signature."""
    signature = token.rpartition("=")[2]
    if len(signature) < LEAST:
        return look
    parts = (signature[start : start + LEAST] for start in range(len(signature) - LEAST + 1))
    of_it = re.compile("|".join(map(re.escape, parts)), re.IGNORECASE)

    def without(text: str) -> str:
        return UNSAID if of_it.search(text) else text

    def of(group: SessionGroup) -> SessionGroup:
        return replace(
            group,
            database=without(group.database),
            user=without(group.user),
            application=without(group.application),
            addresses=tuple(map(without, group.addresses)),
            protocol=group.protocol and without(group.protocol),
        )

    return replace(look, sessions=tuple(map(of, look.sessions)))
