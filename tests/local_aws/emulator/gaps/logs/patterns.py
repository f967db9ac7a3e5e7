"""Filter patterns of unstructured events, as "Filter pattern syntax" of the CloudWatch Logs User Guide has them.

Terms are case sensitive and match within words: the guide finds `Exception` in `IllegalArgumentException`.
All terms must be in it; of `-` terms none; of `?` terms one, where there are no others: beside others they are
ignored. What has other characters than letters, digits and `_` stands in double quotes. Patterns of JSON (`{`), of
columns (`[`) and of regular expressions (`%`) are not stood in for, and refused.
"""

import re
from collections.abc import Callable

from tests.local_aws.emulator.gaps.logs.protocol import invalid

_TERM = re.compile(r"""\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\w+))(?=\s|$)""", re.ASCII)


def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a message matches. Raises InvalidParameterException as the service does."""
    kinds: dict[str, list[str]] = {"": [], "-": [], "?": []}
    position = 0
    while pattern[position:].strip():
        found = _TERM.match(pattern, position)
        if found is None:
            raise invalid(f"Invalid filter pattern (not stood in for, or not quoted): {pattern[position:]}")
        kind, quoted, word = found.groups()
        # nothing but spaces in quotes matches everything
        if word or quoted.strip():
            kinds[kind].append(word or re.sub(r"\\(.)", r"\1", quoted))
        position = found.end()
    included, excluded, optional = kinds[""], kinds["-"], kinds["?"]
    if included or excluded:
        optional = []

    def matches(message: str) -> bool:
        return (
            all(term in message for term in included)
            and not any(term in message for term in excluded)
            and (not optional or any(term in message for term in optional))
        )

    return matches
