"""The golden cases: hostile names, recursion, unions and whatever else a schema can say, as Python packages."""

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from vectors import Judge, disagreements, read_vectors

ROOT = Path(__file__).parents[2]
EXPECTED = {path.parent.name: path for path in sorted(ROOT.glob("test/cases/*/expected")) if (path / "python").exists()}
SCRIPTS = Path(sysconfig.get_path("scripts"))


@pytest.fixture
def project(case: str, tmp_path: Path) -> Path:
    """The Python project of a case, with the runtime, which cases do not repeat."""
    shutil.copytree(EXPECTED[case] / "python", tmp_path, dirs_exist_ok=True)
    for package in tmp_path.glob("*_protocol"):
        shutil.copytree(ROOT / "runtime/python", package / "runtime", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.fixture
def package(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a case's package, which can be imported while the test runs."""
    (name,) = (path.name for path in project.glob("*_protocol"))
    monkeypatch.syspath_prepend(str(project))
    yield name
    for module in [module for module in sys.modules if module.split(".")[0] == name]:
        del sys.modules[module]


@pytest.mark.parametrize("case", EXPECTED)
def test_the_models_have_the_stated_verdict(case: str, package: str) -> None:
    payloads = import_module(package).PAYLOADS
    folder = EXPECTED[case] / package.removesuffix("_protocol") / "vectors/payloads"

    def model(ref: str) -> Judge:
        accepts: Judge = payloads[ref].accepts
        return accepts

    assert {vector.ref for vector in read_vectors(folder)} == set(payloads)
    assert disagreements(model, folder) == set()


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    finished = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout


def test_ruff_finds_nothing_and_has_nothing_to_format() -> None:
    projects = [path / "python" for path in EXPECTED.values()]
    run(SCRIPTS / "ruff", "check", "--no-cache", *projects)
    run(SCRIPTS / "ruff", "format", "--check", "--no-cache", *projects)


@pytest.mark.parametrize("case", ["hostile-names", "recursion"])
def test_mypy_finds_nothing(case: str, project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = tmp_path_factory.getbasetemp() / "mypy"
    run(SCRIPTS / "mypy", "--strict", "--cache-dir", cache, ".", cwd=project)
