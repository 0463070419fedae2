"""The fact-check: every claim of the report with a verdict, a value and a reason.

python -m helpers.claims               the ledger as a table, and the counts by verdict
python -m helpers.claims --csv FILE    the ledger as CSV ('-': standard output)
python -m helpers.claims --report Suffolk    of the report on another force that the collection has
"""

from __future__ import annotations

import argparse
import sys

from helpers import areas, files, report
from helpers.claims import ledger, summary


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m helpers.claims",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--csv", metavar="FILE", help="write the ledger as CSV; '-': to the screen")
    parser.add_argument("--report", metavar="FORCE", help="of this force's report")
    args = parser.parse_args(arguments)
    files.print_anywhere()
    try:
        if args.report and areas.force(args.report) != report.FORCE:
            own = ["--csv", args.csv] if args.csv else []
            return report.again(areas.force(args.report), "helpers.claims", own)
        found = ledger()
        if args.csv:
            text = found.map(files.harmless).to_csv(index=False, lineterminator="\n")
            files.deliver(text, args.csv)
            return 0
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(found[["id", "printed", "computed", "verdict"]].to_string(index=False))
    print("\n" + summary(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
