"""What a stack tells its reader to do, in the words of a sweep from here."""

import re
from typing import Any

IN_WORDS_OF_HERE = (
    (
        r"Let the probe's security group reach (\S+), and see that",
        r"Run it where \1 can be reached (inside its VPC), and see that",
    ),
    (
        r"start a sweep with \{[^}]*\}: it is looked at then\. Or deploy with WakePaused.* wakes it\.",
        "run it again: it is looked at then.",
    ),
    (r"Name (a secret by the tag)", r"Ask again with --login secret NAME, or name \1"),
    (r"the probe's role needs", "whoever ran this needs"),
    (r"remove the tag tlscheck:secret", "ask again with --login iam"),
    (r"Remove the tag tlscheck:secret", "Ask again with --login iam"),
    (r"from the probe's network", "from the network that it ran in"),
    (r"between the probe and", "between this sweep and"),
    (r"it and the probe\.", "it and this sweep."),
    (r"Mend what the reason names: the probe", "Mend what the reason names: this sweep"),
)
"""What the reader can do, as a stack says it and as somebody is told who has none. All else is the same."""


def from_here_said(value: Any) -> Any:
    """What a stack says, in the words of a sweep from here."""
    match value:
        case dict():
            return {name: from_here_said(each) for name, each in value.items()}
        case list():
            return [from_here_said(each) for each in value]
        case tuple():
            return tuple(from_here_said(each) for each in value)
        case str():
            for theirs, ours in IN_WORDS_OF_HERE:
                value = re.sub(theirs, ours, value)
    return value
