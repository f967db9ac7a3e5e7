"""What a Java keystore of either format holds, before its certificates are looked into."""

from collections import Counter
from dataclasses import dataclass


class UnreadableStore(Exception):  # noqa: N818 - what happened to the file, in the words of the output
    """Bytes that are no trust store, or one that must not be opened; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Bag:
    """One certificate of a keystore, DER."""

    der: bytes
    alias: str
    is_trusted: bool
    """Whether Java's TrustManager takes it for an anchor."""


@dataclass(frozen=True, slots=True)
class Keystore:
    """A keystore's certificates, the number of its private keys, and what its owner should know of it."""

    bags: tuple[Bag, ...]
    keys: int = 0
    notes: tuple[str, ...] = ()

    def as_java_sees_it(self) -> "Keystore":
        """Java tells aliases apart in lower case, and keeps the last trusted certificate of each."""
        last = {bag.alias.lower(): place for place, bag in enumerate(self.bags) if bag.is_trusted}
        shared = Counter(bag.alias.lower() for bag in self.bags if bag.is_trusted and bag.alias)
        bags = tuple(
            bag
            if not (bag.is_trusted and bag.alias) or last[bag.alias.lower()] == place
            else Bag(bag.der, bag.alias, False)
            for place, bag in enumerate(self.bags)
        )
        notes = tuple(
            f"{count} certificates have the alias {alias!a}: Java keeps only the last"
            for alias, count in shared.items()
            if count > 1
        )
        return Keystore(bags, self.keys, self.notes + notes[:10])
