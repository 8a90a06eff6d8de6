"""`openvisit asyncapi`: the description of the events that leave by a broker, for those who listen."""

import argparse
import sys


def arguments(parser: argparse.ArgumentParser) -> None:
    """This command takes none."""


def run(_options: argparse.Namespace) -> int:
    """Print the document as YAML, keys in order. Needs the extras `rabbitmq` and `kafka`."""
    from openvisit.main.asyncapi import document

    sys.stdout.write(document())
    return 0
