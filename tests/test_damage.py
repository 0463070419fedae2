"""Damage is noticed: files corrupted in many ways, with the checksum left alone and with the checksum brought up to date.

    python tests/test_damage.py      prints the figures that the README gives
"""

import random
import re

import pytest

from helpers import agreement, data

NAMES = [name for name in data.FILES if name not in ("figure_3", "figure_5", "figure_6", "figure_7")]
LARGE = ("recorded_crime_2018", "recorded_crime_2023")


def original(name):
    return (data.ROOT / data.FILES[name]).read_bytes()


def rows(content):
    return content.splitlines(keepends=True)


def a_digit(content, rng):
    places = [m.start() for m in re.finditer(rb"\d", content)]
    at = rng.choice(places)
    return content[:at] + bytes([rng.choice([c for c in b"0123456789" if c != content[at]])]) + content[at + 1:]


def a_row_dropped(content, rng):
    lines = rows(content)
    del lines[rng.randrange(1, len(lines))]
    return b"".join(lines)


def a_row_doubled(content, rng):
    lines = rows(content)
    lines.insert(rng.randrange(1, len(lines)), rng.choice(lines[1:]))
    return b"".join(lines)


def last_cells_swapped(content, rng):
    """Two rows exchange what stands after their first comma: rows swapped between forces."""
    lines = rows(content)
    one, other = rng.sample(range(1, len(lines)), 2)
    (a, x), (b, y) = (lines[i].split(b",", 1) for i in (one, other))
    lines[one], lines[other] = a + b"," + y, b + b"," + x
    return b"".join(lines)


def a_column_renamed(content, rng):
    head = rows(content)[0]
    column = rng.choice(head.strip().split(b","))
    return content.replace(head, re.sub(rb"\b" + column + rb"\b", column + b"_x", head, count=1), 1)


def ten_times(content, rng):
    lines = rows(content)
    with_numbers = [i for i in range(1, len(lines)) if re.search(rb",\d+(?=[,\r\n])", lines[i])] or [i for i in range(1, len(lines)) if re.search(rb"\d", lines[i])]
    at = rng.choice(with_numbers)
    lines[at] = re.sub(rb"(\d)(?=\D*$)", rb"\g<1>0", lines[at], count=1)
    return b"".join(lines)


def cut_off(content, rng):
    return content[:rng.randrange(1, len(content) - 1)]


def another_encoding(content, rng):
    return content.decode().encode("utf-16")


def a_letter(content, rng):
    body = content.index(b"\n") + 1
    at = rng.choice([m.start() for m in re.finditer(rb"[A-Za-z]", content[body:])]) + body
    return content[:at] + (b"q" if content[at:at + 1] != b"q" else b"z") + content[at + 1:]


def a_control_character(content, rng):
    at = rng.choice([m.start() for m in re.finditer(rb"[A-Za-z]", content)])
    return content[:at] + b"\x07" + content[at + 1:]


WAYS = [a_digit, a_digit, a_digit, a_row_dropped, a_row_doubled, last_cells_swapped, a_column_renamed, ten_times, cut_off, another_encoding, a_letter, a_control_character]


def corruptions(count, seed, large_every):
    """`count` corruptions in turn over files and ways; the two large files only every so often, since they take long to check."""
    rng, made = random.Random(seed), 0
    while made < count:
        name, way = NAMES[made % len(NAMES)], WAYS[made // len(NAMES) % len(WAYS)]
        if name in LARGE and made % large_every:
            name = rng.choice([n for n in NAMES if n not in LARGE])
        content = original(name)
        changed = way(content, rng)
        if changed != content:
            made += 1
            yield name, way.__name__, changed


def caught_by_checksum(count=200):
    found = [(name, way, any("was changed" in fault for fault in data._checksum_fault(data.FILES[name], changed, data.ROOT)))
             for name, way, changed in corruptions(count, seed=1, large_every=1)]
    return [case[:2] for case in found if not case[2]], len(found)


def caught_by_content(count=100):
    """The register's checksum is taken to match: only schema, checks, control totals and row counts are left to object."""
    missed = [(name, way) for name, way, changed in corruptions(count, seed=2, large_every=3) if not list(data.problems(name, changed, checksum=False))]
    return missed, count


def caught_without_totals(count=100):
    """As when a damaged file comes in with new control totals: only schema, content checks and the other tables are left to object."""
    missed = []
    for name, way, changed in corruptions(count, seed=2, large_every=3):
        try:
            table = data.parse(name, changed)
        except data.DataError:
            continue
        if not list(agreement.every_fault(lambda asked, name=name, table=table: table.copy() if asked == name else data.load(asked))):
            missed.append((name, way))
    return missed, count


def test_every_one_of_200_corruptions_is_caught_by_its_checksum():
    missed, count = caught_by_checksum()
    assert count == 200 and not missed


def test_of_100_with_the_checksum_brought_up_to_date_at_least_95_are_caught_by_content():
    missed, count = caught_by_content()
    assert count == 100 and len(missed) <= 5, missed


def test_a_damaged_file_that_is_ingested_is_mostly_caught_too():
    """The rest are small: one digit within what is plausible, one row of a table that may have gaps. Only the publisher's file can tell."""
    missed, count = caught_without_totals()
    assert len(missed) < count / 2, missed
    assert not {way for _, way in missed} & {"a_row_doubled", "ten_times", "a_column_renamed", "another_encoding", "a_control_character"}


def test_the_committed_files_are_not_objected_to():
    """The other way round: the checks do not cry wolf."""
    for name in NAMES:
        assert not list(data.problems(name, original(name)))


@pytest.mark.parametrize("way", dict.fromkeys(WAYS))
def test_each_way_changes_something(way):
    assert way(original("judgments_2015"), random.Random(3)) != original("judgments_2015")


if __name__ == "__main__":
    for what, (missed, count) in (("checksum left alone", caught_by_checksum()), ("checksum brought up to date", caught_by_content()),
                                   ("control totals too, as for a new file", caught_without_totals())):
        print(f"{what}: {count - len(missed)} of {count} corruptions caught" + (f"; missed: {missed}" if missed else ""))
