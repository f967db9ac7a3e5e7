"""Whether what is said is true, and whether the advice does what it promises."""

from tests.truth import crowd, pasting

if __name__ == "__main__":
    crowd.measure()
    pasting.measure()
