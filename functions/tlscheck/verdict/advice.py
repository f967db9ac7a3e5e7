"""What to do about a finding: words for a person, and commands that can be pasted as they are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """The next step. Whom a command would cut off is said before it, in the words."""

    words: str = ""
    """Ends with a full stop, or before commands with a colon; empty when there is nothing to do."""

    commands: tuple[str, ...] = ()
    """Lines for a shell, in the order in which they are run, each only when the one before it succeeded."""

    @property
    def told(self) -> str:
        """All of it in one line, in which the commands come last."""
        return f"{self.words} {' && '.join(self.commands)}".strip()


def advice(step: Advice | str) -> Advice:
    """A step that may be of words alone."""
    return Advice(step) if isinstance(step, str) else step
