"""Whether logs are read for their price: said on standard error, and asked for where it is above a bound."""

import sys

from tlscheck.edges.command.terminal import Colour, say
from tlscheck.ledger.reading_price import ReadingPrice

ASK_ABOVE = 1.0
"""USD: what nobody minds, and more than most accounts' first reading."""


def consents(price: ReadingPrice, above: float, *, agrees: bool) -> bool:
    """Whether to read. Who is not at a terminal can agree beforehand alone."""
    stream = sys.stderr
    if stream:
        say(price.said, stream=stream)
    if agrees or not price.is_above(above):
        return True
    is_dear = price.usd > above
    why = f"That may be more than {above:g} USD (--ask-above)." if is_dear else "The whole price is not known."
    if not (stream and stream.isatty() and sys.stdin and sys.stdin.isatty()):
        if stream:
            say(f"{why} Nobody can be asked here: --yes agrees to it.", Colour.UNSURE, stream)
        return False
    say(why, Colour.UNSURE, stream)
    stream.write("Read them? [y/N] ")
    stream.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
