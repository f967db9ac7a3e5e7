"""Whether what is said is true, and whether the advice does what it promises."""

from tests.truth import closing, crowd, pasting, trust

if __name__ == "__main__":
    trust.measure()
    crowd.measure()
    pasting.measure()
    closing.measure()
