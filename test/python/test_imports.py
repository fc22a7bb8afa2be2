"""Imports of the runtime go one way: a folder uses those before it, never one after it. The NATS client is behind one file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parents[2] / "runtime/python"
ORDER = [
    "value",
    "transport",
    "protocol",
    "observe",
    "session",
    "events",
    "durable",
    "commands",
    "state",
    "lifecycle",
    "memory",
    "nats",
    "client",
    "testing",
    "http",
    "config",
]
FILES = [file for file in RUNTIME.rglob("*.py") if file.parent != RUNTIME]


def imported(file: Path) -> Iterator[ast.ImportFrom]:
    return (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom))


def libraries_of(file: Path) -> set[str]:
    """What a file imports from elsewhere."""
    plain = (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Import))
    modules = [alias.name for node in plain for alias in node.names]
    modules += [node.module for node in imported(file) if node.level == 0 and node.module]
    return {module.split(".")[0] for module in modules}


def folders_used(file: Path) -> set[str]:
    """The folders of which a file of a folder imports something."""
    modules = [node.module.split(".")[0] for node in imported(file) if node.level == 2 and node.module]
    return {module for module in modules if (RUNTIME / module).is_dir()}


def test_every_folder_has_its_place() -> None:
    assert {file.parent.name for file in FILES} == set(ORDER)


def test_a_folder_uses_those_before_it() -> None:
    allowed = {folder: set(ORDER[:place]) for place, folder in enumerate(ORDER)}
    strays = {str(file.relative_to(RUNTIME)): folders_used(file) - allowed[file.parent.name] for file in FILES}
    assert {file: folders for file, folders in strays.items() if folders} == {}


@pytest.mark.parametrize(
    ("library", "user"),
    [("nats", "nats/client.py"), ("prometheus_client", "http/prometheus.py"), ("yaml", "config/yaml_document.py")],
)
def test_one_file_imports_each_library_that_not_every_program_needs(library: str, user: str) -> None:
    users = [file for file in FILES if library in libraries_of(file)]
    assert [str(file.relative_to(RUNTIME)) for file in users] == [user]
