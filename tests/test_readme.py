"""The README's computed parts are up to date, its commands exist, and every package is pinned."""

import re
import shutil
import subprocess

import pytest

from conftest import BROWSERS, PROJECT
from helpers.reproduce import readme


def text(*place):
    return PROJECT.joinpath(*place).read_text(encoding="utf-8")


def test_computed_parts_are_up_to_date(capsys):
    assert readme.main(["--check"]) == 0, capsys.readouterr().err


@pytest.mark.slow
def test_a_stale_part_is_noticed_and_renewed(tmp_path, capsys):
    fresh, copy = readme.written(text("README.md")), tmp_path / "README.md"
    copy.write_text(fresh.replace("| notebook | question |", "| notebook | theme |"), "utf-8")
    assert readme.main(["--check", "--file", str(copy)]) == 1
    assert "run `make readme`" in capsys.readouterr().err
    assert readme.main(["--file", str(copy)]) == 0
    assert copy.read_text(encoding="utf-8") == fresh


def test_a_missing_mark_is_named(tmp_path, capsys):
    copy = tmp_path / "README.md"
    copy.write_text(text("README.md").replace("<!-- end of results -->", ""), "utf-8")
    assert readme.main(["--file", str(copy)]) == 2
    assert "the marks of the part 'results' are missing" in capsys.readouterr().err


@pytest.mark.slow
def test_the_pictures_are_the_notebooks_own_and_small(tmp_path, capsys):
    folder = PROJECT / readme.FOLDER
    assert readme.stale(folder) == {}
    assert sorted(path.stem for path in folder.iterdir()) == sorted(readme.PICTURES)
    assert all(path.stat().st_size < 150_000 for path in folder.iterdir())
    (tmp_path / "README.md").write_text(text("README.md"), "utf-8")
    shutil.copytree(folder, tmp_path / readme.FOLDER)
    copy = tmp_path / readme.FOLDER / "figure_1.png"
    copy.write_bytes(b"another")
    assert readme.main(["--check", "--file", str(tmp_path / "README.md")]) == 1
    assert readme.main(["--file", str(tmp_path / "README.md")]) == 0
    assert copy.read_bytes() == (folder / copy.name).read_bytes()


def test_every_make_target_module_and_test_that_it_names_exists():
    readme_text = text("README.md")
    targets = re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE)
    assert not set(re.findall(r"`?make ([a-z-]+)", readme_text)) - set(targets)
    for name in re.findall(r"-m (helpers[.\w]+)", readme_text):
        module = PROJECT.joinpath(*name.split("."))
        assert module.with_suffix(".py").exists() or (module / "__main__.py").exists(), name
    for name in re.findall(r"\btest_\w+\.py", readme_text):
        assert (PROJECT / "tests" / name).exists(), name


def test_help_lists_every_target():
    makefile = text("Makefile")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    assert targets == re.findall(r"^([a-z-]+):.* ## ", makefile, re.MULTILINE)


def test_every_package_is_pinned_exactly_and_no_registry_is_named():
    lines = [
        line.split("#")[0].split(";")[0].strip() for line in text("requirements.txt").splitlines()
    ]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[\w.!+]+", line) for line in lines if line)
    asked = re.findall(r"^[\w.-]+", text("requirements.in"), re.MULTILINE)
    assert not {name.lower() for name in asked} - {line.split("==")[0] for line in lines}


def test_ci_finds_a_browser_and_runs_the_readme_s_test_commands_and_nothing_else():
    lines = text(".ci", "run").splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["bash .ci/browser", "make test", "make test-slow"]


def test_a_machine_without_a_browser_goes_on_in_a_line(tmp_path):
    for tool in ("apt-get", "sudo"):  # neither can install anything
        (tmp_path / tool).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / tool).chmod(0o755)
    (tmp_path / "id").symlink_to(shutil.which("id"))

    def run():
        script = [shutil.which("bash"), PROJECT / ".ci" / "browser"]
        return subprocess.run(
            script, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True
        )

    assert run().stderr == "No browser could be installed: what needs one is skipped.\n"
    for browser in BROWSERS:
        (tmp_path / browser).symlink_to(shutil.which("true"))
        assert run().stderr == ""
        (tmp_path / browser).unlink()


def test_the_hooks_hold_what_lint_holds_and_fetch_nothing():
    hooks, makefile = text(".pre-commit-config.yaml"), text("Makefile")
    lint = makefile.partition("\nlint:")[2].partition("\n\n")[0]
    for tool in ("ruff check", "ruff format --check", "lint-imports"):
        assert tool in lint and f".venv/bin/{tool}" in hooks
    assert re.findall(r"repo: (.*)", hooks) == ["local"]
    assert set(re.findall(r"language: (.*)", hooks)) == {"system"}
