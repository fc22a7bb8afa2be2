"""The guides cannot lie: their Python programs run, and print what they say. Those for who moves need the old packages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDES = [guide for guide in (ROOT / "docs/guides").glob("*.md") if guide.stem != "moving-from-kryten-py"]
PROGRAMS = [
    pytest.param(program, id=f"{guide.stem}-{number}")
    for guide in sorted(GUIDES)
    for number, program in enumerate(re.findall(r"```python\n(.*?)```", guide.read_text("utf-8"), re.DOTALL), 1)
]


# Those that are only to be read as well.
CHECKED = {
    f"{guide.stem}-{number}": program
    for guide in sorted(GUIDES)
    for number, program in enumerate(
        re.findall(r"```python(?: no-run)?\n(.*?)```", guide.read_text("utf-8"), re.DOTALL), 1
    )
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_prints_what_it_says(program: str) -> None:
    promised = re.findall(r"^# prints: (.*)$", program, re.MULTILINE)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generated/python")}
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment
    )
    assert (finished.stdout.splitlines(), finished.stderr) == (promised, "")
    assert promised


def test_a_type_checker_finds_nothing_in_them(tmp_path: Path) -> None:
    for name, program in CHECKED.items():
        (tmp_path / f"{name.replace('-', '_')}.py").write_text(program)
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), *tmp_path.glob("*.py")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MYPYPATH": str(ROOT / "generated/python")},
    )
    assert checked.returncode == 0, checked.stdout
