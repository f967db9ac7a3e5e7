"""What people write, changed word by word: whether tlscheck answers past a word that it does not know."""

from tests.client_words import closure, measuring, starting, stores

if __name__ == "__main__":
    measuring.measure()
    stores.measure()
    starting.measure()
    closure.measure()
