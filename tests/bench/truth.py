"""Whether what is said is true, and whether the advice does what it promises."""

if __name__ == "__main__":
    pass
