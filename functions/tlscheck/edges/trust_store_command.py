"""`tlscheck trust-store`: what a trust store holds, and one that holds what is needed."""

import argparse


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the sub-command; its parser's default `run` is what it does."""
    parser = subparsers.add_parser("trust-store", help="show a trust store, or build one")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - nothing to choose yet
    """The exit code."""
    return 3
