"""Checks every file of data/ against the register and its content checks.

Silent when all is well, else one line a fault.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from helpers.data.load import faults
from helpers.data.register import ROOT


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m helpers.data", description=__doc__)
    parser.add_argument(
        "--root", type=Path, default=ROOT, help="the data folder (default: the project's)"
    )
    found = list(faults(parser.parse_args(arguments).root))
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
