"""helpers.ingest.street against pandas reading the same files one by one: seconds, peak memory.

    python tests/benchmark_street.py [ROWS ...]

Default: 1,000,000 and 10,000,000 rows; about 1.7 GB in the temporary folder.

Both run in processes of their own, turn about, three times on each size; they must give the same
counts. The table shows the medians, imports apart.
"""

import hashlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from helpers import areas

PROJECT = Path(__file__).resolve().parent.parent
HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,"
    "Last outcome category,Context\n"
)
TYPES = [
    "Anti-social behaviour",
    "Violence and sexual offences",
    "Criminal damage and arson",
    "Other theft",
    "Burglary",
    "Vehicle crime",
]
A_MONTH = 500_000  # rows a month in the archive, about
STREET = """
import sys, time
from helpers.ingest import street
start = time.perf_counter()
table = street.count(sys.argv[1]).table
"""
PANDAS = """
import sys, time
from pathlib import Path
import pandas as pd
from helpers import areas
start = time.perf_counter()
rows = []
for path in Path(sys.argv[1]).rglob("*-street.csv"):
    part = pd.read_csv(path, usecols=["Month", "Crime type"])
    month, force = path.name[:7], areas.harmonise(path.name[8:-11])
    if part.isna().any(axis=None) or (part["Month"] != month).any():
        raise ValueError(path)
    incidents = int((part["Crime type"] == "Anti-social behaviour").sum())
    rows.append((force, month, incidents, len(part) - incidents))
table = pd.DataFrame(sorted(rows), columns=["force", "month", "incidents", "crimes"])
"""
REPORT = """
import json, resource
seconds, peak = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([seconds, peak / 1024, table.to_csv(index=False)]))
"""


def rows_of(force, number, seed):
    """Rows as the archive has them, about 170 bytes, @ for the month; 1 in 3 an incident."""
    draw = np.random.default_rng(seed)
    kinds, streets = (
        draw.choice(len(TYPES), number, p=[0.35, 0.2, 0.15, 0.12, 0.1, 0.08]),
        draw.integers(1, 400, number),
    )
    x, y = draw.uniform(-2, 1, number), draw.uniform(51, 54, number)
    lines = []
    for n in range(number):
        crime = hashlib.sha256(f"{seed} {n}".encode()).hexdigest() if kinds[n] else ""
        outcome = "Under investigation" if kinds[n] else ""
        lines.append(
            f"{crime},@,{force} Police,{force} Police,{x[n]:.6f},{y[n]:.6f},On or near Street,"
            f"E010{26000 + streets[n]},{force} {streets[n]:03d}A,{TYPES[kinds[n]]},{outcome},\n"
        )
    return lines


def generate(folder, rows):
    """`rows` rows over forces and months, a folder a month; how many files and bytes."""
    forces, size = areas.FORCES, 0
    months = [f"{2011 + n // 12}-{n % 12 + 1:02d}" for n in range(max(1, round(rows / A_MONTH)))]
    weights = np.linspace(0.3, 1.7, len(forces)) / len(forces)
    for seed, (force, weight) in enumerate(zip(forces, weights, strict=True)):
        share = max(1, round(rows * weight / len(months)))
        block = rows_of(force, min(share, 4000), seed)
        text = HEADER + "".join((block * (share // len(block) + 1))[:share])
        for month in months:
            path = folder / month / f"{month}-{areas.slug(force)}-street.csv"
            path.parent.mkdir(exist_ok=True)
            size += path.write_bytes(text.replace(",@,", f",{month},").encode())
    return len(forces) * len(months), size


def measured(code, folder):
    """Seconds, peak MB and the counts of a process that runs `code`."""
    done = subprocess.run(
        [sys.executable, "-c", code + REPORT, str(folder)],
        check=True,
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def main():
    sizes = [int(argument) for argument in sys.argv[1:]] or [1_000_000, 10_000_000]
    print(
        f"{'rows':>12} {'files':>6} {'MB':>6} | {'street s':>8} {'MB':>5} | "
        f"{'pandas s':>8} {'MB':>5} | ratio"
    )
    for rows in sizes:
        if (free := shutil.disk_usage(tempfile.gettempdir()).free) < rows * 300:
            sys.exit(
                f"{rows:,} rows need {rows * 300:,} bytes in {tempfile.gettempdir()}; "
                f"{free:,} are free"
            )
        with tempfile.TemporaryDirectory() as name:
            files, size = generate(Path(name), rows)
            pairs = [(measured(STREET, name), measured(PANDAS, name)) for _ in range(3)]
        assert len({counts for pair in pairs for _, _, counts in pair}) == 1, "the two do not agree"
        (ours, our_peak), (theirs, their_peak) = (
            [statistics.median(pair[side][value] for pair in pairs) for value in (0, 1)]
            for side in (0, 1)
        )
        print(
            f"{rows:>12,} {files:>6,} {size / 1e6:>6,.0f} | {ours:>8.2f} {our_peak:>5.0f} | "
            f"{theirs:>8.2f} {their_peak:>5.0f} | {theirs / ours:.1f}x",
            flush=True,
        )


if __name__ == "__main__":
    main()
