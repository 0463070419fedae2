"""The fact-check: every claim of the report with a verdict, a value and a reason.

python -m helpers.claims               the ledger as a table, and the counts by verdict
python -m helpers.claims --csv FILE    the ledger as CSV ('-': standard output)
"""

from __future__ import annotations

import argparse
import sys

from helpers import data, prose
from helpers.claims import ledger, summary


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m helpers.claims",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--csv", metavar="FILE", help="write the ledger as CSV; '-': to the screen")
    args = parser.parse_args(arguments)
    prose.print_anywhere()
    try:
        found = ledger()
        if args.csv:
            text = found.map(prose.harmless).to_csv(index=False, lineterminator="\n")
            prose.deliver(text, args.csv)
            return 0
    except (data.DataError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(found[["id", "printed", "computed", "verdict"]].to_string(index=False))
    print("\n" + summary(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
