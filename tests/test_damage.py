"""Damage is noticed: files corrupted in many ways, changed on disk and handed to the ingest.

python tests/test_damage.py      prints the figures that the README gives
"""

import functools
import random
import re

import pytest

from helpers import data
from helpers.data import agreement, slots
from helpers.data.load import problems
from helpers.ingest.builders import KINDS

LARGE = ("recorded_crime_2018", "recorded_crime_2023")
TYPED = [name for name in data.FILES if name not in slots.KEYS]
NUMBER = re.compile(rb",(?!20\d\d[,\r\n])(\d+)(?=[,\r\n])")  # a whole number that is no year


def original(name):
    return (data.ROOT / data.FILES[name]).read_bytes()


def rows(content):
    return content.splitlines(keepends=True)


def a_digit(content, rng):
    at = rng.choice([m.start() for m in re.finditer(rb"\d", content)])
    other = rng.choice([c for c in b"0123456789" if c != content[at]])
    return content[:at] + bytes([other]) + content[at + 1 :]


def times(factor):
    """A number that is multiplied, as by a slip of the unit or of the hand."""

    def change(content, rng):
        match = rng.choice(list(NUMBER.finditer(content)))
        new = str(round(int(match[1]) * factor)).encode()
        return content[: match.start(1)] + new + content[match.end(1) :]

    return change


def a_row_dropped(content, rng):
    lines = rows(content)
    del lines[rng.randrange(1, len(lines))]
    return b"".join(lines)


def a_row_doubled(content, rng):
    lines = rows(content)
    lines.insert(rng.randrange(1, len(lines)), rng.choice(lines[1:]))
    return b"".join(lines)


def two_rows_swapped(content, rng):
    """Two rows exchange what stands after their first comma."""
    lines = rows(content)
    one, other = rng.sample(range(1, len(lines)), 2)
    (a, x), (b, y) = (lines[i].split(b",", 1) for i in (one, other))
    lines[one], lines[other] = a + b"," + y, b + b"," + x
    return b"".join(lines)


def two_forces_swapped(content, rng):
    """Every row of two forces, each under the other's name."""
    found = sorted({line.split(b",")[0] for line in rows(content)[1:]})
    one, other = rng.sample(found, 2)
    name = {one: other, other: one}
    lines = [line.split(b",", 1) for line in rows(content)]
    return b"".join(name.get(first, first) + b"," + rest for first, rest in lines)


def a_column_renamed(content, rng):
    head, _, body = content.partition(b"\n")
    column = rng.choice(head.split(b","))
    return re.sub(rb"\b" + column + rb"\b", column + b"_x", head, count=1) + b"\n" + body


def cut_off(content, rng):
    return content[: rng.randrange(1, len(content) - 1)]


def another_encoding(content, rng):
    return content.decode().encode("utf-16")


def a_letter(content, rng):
    body = content.index(b"\n") + 1
    at = rng.choice([m.start() for m in re.finditer(rb"[A-Za-z]", content[body:])]) + body
    return content[:at] + (b"q" if content[at : at + 1] != b"q" else b"z") + content[at + 1 :]


def a_control_character(content, rng):
    at = rng.choice([m.start() for m in re.finditer(rb"[A-Za-z]", content)])
    return content[:at] + b"\x07" + content[at + 1 :]


DAMAGE = {  # by size, the smallest first
    "a number 1% too large": times(1.01),
    "a number 10% too large": times(1.1),
    "one digit changed": a_digit,
    "a number doubled": times(2),
    "a number ten-fold": times(10),
    "a number a hundred-fold": times(100),
    "one letter changed": a_letter,
    "a control character": a_control_character,
    "two rows swapped": two_rows_swapped,
    "a row dropped": a_row_dropped,
    "a row doubled": a_row_doubled,
    "two forces swapped": two_forces_swapped,
    "a column renamed": a_column_renamed,
    "cut off": cut_off,
    "another encoding": another_encoding,
}
ONE_FORCE = ("incidents_metropolitan", "incidents_street", "force_facts", "outcomes_2023")


def fits(what, name):
    """Whether a table can be damaged in that way at all."""
    if what == "two forces swapped":
        return name not in (*ONE_FORCE, "districts")
    return "number" not in what or name not in ("judgments", "judgments_2015", "districts")


def damaged(what, count, names, seed=1):
    """`count` files damaged in one way, the tables in turn, the large ones every third round."""
    rng, made, turn = random.Random(seed), 0, 0
    names = [name for name in names if fits(what, name)]
    while made < count:
        name, turn = names[turn % len(names)], turn + 1
        if name in LARGE and turn // len(names) % 3:
            continue
        content = original(name)
        changed = DAMAGE[what](content, rng)
        if changed != content:
            made += 1
            yield name, changed


@functools.cache
def sound(name):
    return data.load(name)


def is_caught_at_ingest(name, changed):
    """A new file brings a new checksum: only schema, checks and the other tables can object."""
    try:
        table = data.parse(name, changed)
    except data.DataError:
        return True
    return any(agreement.every_fault(lambda asked: table if asked == name else sound(asked)))


@functools.cache
def caught_at_ingest(what, count):
    """How many of `count` damaged files of data/official/ an ingest refuses."""
    return sum(is_caught_at_ingest(*case) for case in damaged(what, count, tuple(KINDS)))


def is_noticed_on_disk(name, changed):
    return bool(problems(name, changed))


@pytest.mark.slow
def test_damage_on_disk_is_always_noticed_and_said_once():
    for what in DAMAGE:
        for name, changed in damaged(what, 2, TYPED):
            (fault,) = problems(name, changed)
            assert fault.startswith(f"data/{data.FILES[name]}: was changed")


ALWAYS = ("a control character", "a row doubled", "a column renamed", "another encoding")


@pytest.mark.slow
@pytest.mark.parametrize("what", ALWAYS)
def test_what_cannot_be_a_table_is_never_ingested(what):
    assert caught_at_ingest(what, 20) == 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "least"), [("a number ten-fold", 0.7), ("two forces swapped", 0.7)]
)
def test_large_slips_are_mostly_caught_at_ingest(what, least):
    assert caught_at_ingest(what, 30) >= least * 30


@pytest.mark.slow
def test_the_larger_the_slip_the_more_are_caught_and_the_least_is_not():
    """Were the checks to object to anything, or to nothing, this would fail."""
    one, ten, hundredfold = (
        caught_at_ingest(what, 30)
        for what in ("a number 1% too large", "a number ten-fold", "a number a hundred-fold")
    )
    assert one < ten <= hundredfold
    assert one < 15


@pytest.mark.parametrize("what", DAMAGE)
def test_each_way_changes_something(what):
    name, changed = next(damaged(what, 1, ("households_2011",)))
    assert changed != original(name)


if __name__ == "__main__":
    print("damage to a file that is ingested: refused")
    for what in DAMAGE:
        print(f"  {what}: {caught_at_ingest(what, 50)} of 50", flush=True)
    every = [case for what in DAMAGE for case in damaged(what, 14, TYPED, seed=2)]
    noticed = sum(is_noticed_on_disk(*case) for case in every)
    print(f"damage to a file in data/: noticed {noticed} of {len(every)}")
