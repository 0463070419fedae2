"""The README's computed parts are up to date, its commands exist, and every package is pinned."""

import re
import shutil

from conftest import PROJECT
from helpers import readme

TEXT = (PROJECT / "README.md").read_text(encoding="utf-8")


def test_computed_parts_are_up_to_date(capsys):
    assert readme.main(["--check"]) == 0, capsys.readouterr().err


def test_a_stale_part_is_noticed(tmp_path, capsys):
    copy = tmp_path / "README.md"
    copy.write_text(TEXT.replace("34 of 43", "33 of 43"), encoding="utf-8")
    assert readme.main(["--check", "--file", str(copy)]) == 1
    assert "run `make readme`" in capsys.readouterr().err
    assert readme.main(["--file", str(copy)]) == 0
    assert copy.read_text(encoding="utf-8") == TEXT


def test_a_missing_mark_is_named(tmp_path, capsys):
    copy = tmp_path / "README.md"
    copy.write_text(TEXT.replace("<!-- end of results -->", ""), encoding="utf-8")
    assert readme.main(["--file", str(copy)]) == 2
    assert "the marks of the part 'results' are missing" in capsys.readouterr().err


def test_every_make_target_and_module_that_it_names_exists():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([a-z]+)", TEXT):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for module in re.findall(r"-m helpers\.(\w+)", TEXT):
        assert (PROJECT / "helpers" / f"{module}.py").exists(), module
    for module in (PROJECT / "helpers").glob("[a-z]*.py"):
        assert f"`{module.stem}`" in TEXT, f"{module.name} is not in the README's table of modules"


def test_every_package_is_pinned_exactly():
    lines = [line.split("#")[0].split(";")[0].strip() for line in (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines()]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[\w.!+]+", line) for line in lines if line)
    asked = [line.split("[")[0] for line in (PROJECT / "requirements.in").read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert not [name for name in asked if not any(line.startswith(f"{name}==") for line in lines)]


def test_ci_runs_the_readme_s_test_command_and_nothing_else():
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    commands = [line for line in script.splitlines() if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["exec make test"] and "make test" in TEXT
    assert shutil.which("make")
