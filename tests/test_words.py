"""Words that must agree with their numbers."""

import pandas as pd
import pytest

from helpers import words


def test_words_agree_with_their_numbers():
    assert words.moved(15.65) == "rose by 15.7%" and words.moved(-12.6) == "fell by 12.6%" and words.moved(0.04) == "did not change"
    assert [words.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 43)] == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "43rd"]
    assert words.share(34, 43) == "34 of 43 (79%)"
    assert words.listing([]) == "none" and words.listing("ab") == "a and b" and words.listing("abc") == "a, b and c"
    assert words.compared(52.2, 62.9) == "17% below" and words.compared(667, 62.9) == "10.6 times" and words.compared(1, 1) == "level with"
    assert words.place_among(1) == "lowest" and words.place_among(14) == "14th lowest" and words.place_among(43) == "highest"
    assert words.place_among(42) == "2nd highest"
    assert words.signed(-0.04) == "0.0" and words.signed(3.14) == "+3.1"


def test_tables_show_whole_numbers_with_commas_and_dates_as_dates():
    frame = pd.DataFrame({"n": [1234567, 8], "rate": [52.178, float("nan")], "to": pd.to_datetime(["2015-06-30", "2014-06-30"]), "in": [True, False]})
    shown = words.table(frame)
    assert shown["n"].tolist() == ["1,234,567", "8"] and shown["rate"].tolist() == ["52.18", "–"]
    assert shown["to"].tolist() == ["2015-06-30", "2014-06-30"] and shown["in"].tolist() == [True, False]


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "out.csv"
    words.deliver("é\n", str(path))
    assert path.read_bytes() == "é\n".encode()

    def full(self, *_, **__):
        self.touch()
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(type(path), "write_text", full)
    with pytest.raises(OSError, match=r"out\.csv: cannot be written \(No space left on device\)"):
        words.deliver("more", str(path))
    assert path.read_bytes() == "é\n".encode() and list(tmp_path.iterdir()) == [path]


def test_standard_output_and_a_device_are_written_to(capsys):
    words.deliver("a,b\n", "-")
    words.deliver("a,b\n", "/dev/null")
    assert capsys.readouterr().out == "a,b\n"
