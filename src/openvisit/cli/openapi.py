"""`openvisit openapi`: the API's description, for generating clients and for noticing when it drifts."""

import argparse
import json
import sys


def arguments(parser: argparse.ArgumentParser) -> None:
    """This command takes none."""


def run(_options: argparse.Namespace) -> int:
    """Print the document as JSON, keys in order, so that two versions compare line by line."""
    from openvisit.main.web import openapi_document

    json.dump(openapi_document(), sys.stdout, indent=2, sort_keys=True)
    print()
    return 0
