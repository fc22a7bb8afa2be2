"""The generated project: installable, typed, clean, quick to import, and with its schemas."""

import ast
import json
import re
import subprocess
import sys
import sysconfig
import zipfile
from importlib import resources
from pathlib import Path

import fastjsonschema
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from kryten_protocol import PAYLOADS
from vectors import read_vectors

PROJECT = Path(__file__).parents[2] / "generated/python"
SCRIPTS = Path(sysconfig.get_path("scripts"))
EXTRAS = {"http": "prometheus-client", "yaml": "pyyaml", "nkeys": "nats-py"}
"""What each extra names: a library, or one that brings it."""
OPTIONAL = {"prometheus_client", "yaml", "nkeys"}
"""What is imported for an extra alone."""
LONGEST_IMPORT = 0.5
"""In seconds."""


def run(*command: str | Path) -> str:
    finished = subprocess.run([str(part) for part in command], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout + finished.stderr


def test_mypy_finds_nothing_in_it_and_in_the_programs_of_its_readme(tmp_path: Path) -> None:
    programs = re.findall(r"```python\n(.*?)```", (PROJECT / "README.md").read_text("utf-8"), re.DOTALL)
    files = [tmp_path / f"program_{number}.py" for number, _ in enumerate(programs)]
    for file, program in zip(files, programs, strict=True):
        file.write_text(program.replace("payload.read(data)", 'payload.read(b"{}")'))
    # The oldest version that it is for: what newer ones have added is an error.
    oldest = ("--python-version", "3.10")
    found = run(SCRIPTS / "mypy", "--strict", *oldest, "--cache-dir", tmp_path, "kryten_protocol", *files)
    assert "no issues found" in found
    assert len(files) == 2


def test_ruff_finds_nothing_and_has_nothing_to_format() -> None:
    assert "All checks passed" in run(SCRIPTS / "ruff", "check", "--no-cache", ".")
    assert "already formatted" in run(SCRIPTS / "ruff", "format", "--no-cache", "--check", ".")


@pytest.mark.parametrize("module", ["kryten_protocol", "kryten_protocol.models"])
def test_it_is_imported_in_less_than_half_a_second(module: str, tmp_path: Path) -> None:
    timed = f"import time; start = time.process_time(); import {module}; print(time.process_time() - start)"
    # As in a program that has run before: modules are compiled once. Time of that process alone is counted: others run beside it.
    compiled = ("env", "--unset=PYTHONDONTWRITEBYTECODE", f"PYTHONPYCACHEPREFIX={tmp_path}")
    assert min(float(run(*compiled, sys.executable, "-c", timed)) for _ in range(4)) < LONGEST_IMPORT


def test_importing_it_imports_no_model_no_client_of_nats_and_nothing_of_its_extras() -> None:
    loaded = run(sys.executable, "-c", "import sys, kryten_protocol; print(*sys.modules)").split()
    assert "kryten_protocol" in loaded
    assert not {"kryten_protocol.models", "nats", *OPTIONAL} & set(loaded)


def test_without_its_extras_all_but_their_doors_is_there() -> None:
    modules = [
        "kryten_protocol",
        "kryten_protocol.testing",
        "kryten_protocol.config",
        "kryten_protocol.runtime.nats.connect",
    ]
    missing = "".join(f"sys.modules[{name!r}] = None; " for name in sorted(OPTIONAL))
    assert run(sys.executable, "-c", f"import sys; {missing}import {', '.join(modules)}; print('there')") == "there\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, made of the source distribution, as a registry has both."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-c", f"import hatchling.build; hatchling.build.build_sdist({str(folder)!r})")
    (sdist,) = folder.glob("kryten_protocol-*.tar.gz")
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", folder, sdist)
    (wheel,) = folder.glob("kryten_protocol-*.whl")
    return wheel


def test_a_wheel_of_the_source_distribution_holds_the_code_the_types_and_the_schemas(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {str(path.relative_to(PROJECT)) for path in (PROJECT / "kryten_protocol").rglob("*") if path.is_file()}
    assert sources - names == set()
    assert {"kryten_protocol/py.typed", "kryten_protocol/json-schema/events/chatMsg.json"} <= names


def test_what_is_installed_from_it_works_anywhere(wheel: Path, tmp_path: Path) -> None:
    options = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "install", *options, "--target", tmp_path, wheel)
    program = f"""
import sys; sys.path.insert(0, {str(tmp_path)!r})
import kryten_protocol
payload = kryten_protocol.PAYLOADS["kryten/events/usercount"]
print(kryten_protocol.__file__, payload.read("5"), payload.json_schema()["type"], len(kryten_protocol.PAYLOADS))
"""
    # Isolated: neither this folder nor `PYTHONPATH` helps.
    said = run(sys.executable, "-I", "-B", "-c", program).split()
    assert said == [f"{tmp_path}/kryten_protocol/__init__.py", "5", "integer", str(len(PAYLOADS))]


def test_it_needs_pydantic_and_the_client_of_nats_alone_and_for_its_extras_what_they_name() -> None:
    project = (PROJECT / "pyproject.toml").read_text("utf-8")
    (dependencies,) = re.findall(r"^dependencies = \[(.*)\]$", project, re.MULTILINE)
    assert re.findall(r'"([a-z-]+)', dependencies) == ["pydantic", "nats-py"]
    imported = {name.split(".")[0] for path in (PROJECT / "kryten_protocol").rglob("*.py") for name in imports_of(path)}
    # What pydantic is made of comes with it.
    needed = {"nats", "pydantic", "pydantic_core", "typing_extensions"}
    # The other one has no types, and is imported by its name.
    assert imported - sys.stdlib_module_names == needed | {"prometheus_client", "yaml"}
    extras = re.findall(r'^optional-dependencies\.(\w+) = \["([a-z-]+)', project, re.MULTILINE)
    assert dict(extras) == EXTRAS


def imports_of(path: Path) -> list[str]:
    """The modules that a file imports from elsewhere."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return plain + [
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module
    ]


def test_every_payload_has_a_json_schema_that_is_complete_in_itself() -> None:
    schemas = {ref: payload.json_schema() for ref, payload in PAYLOADS.items()}
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    outside = {ref for ref, schema in schemas.items() if re.search(r'"\$ref": "(?!#/\$defs/)', json.dumps(schema))}
    assert outside == set()


def test_the_json_schemas_have_the_stated_verdict_of_fastjsonschema() -> None:
    checks = {
        ref: fastjsonschema.compile(payload.json_schema(), use_formats=False) for ref, payload in PAYLOADS.items()
    }

    def accepts(ref: str, value: object) -> bool:
        try:
            checks[ref](value)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    expected = {
        (vector.ref, vector.why, json.dumps(vector.value)): "tolerate" in vector.accepted_by
        for vector in read_vectors()
    }
    actual = {
        (vector.ref, vector.why, json.dumps(vector.value)): accepts(vector.ref, vector.value)
        for vector in read_vectors()
    }
    assert {vector for vector in expected if expected[vector] != actual[vector]} == set()


def test_the_schemas_it_was_generated_from_are_in_it() -> None:
    schema = resources.files("kryten_protocol") / "schema"
    assert json.loads((schema / "protocol.json").read_text())["name"] == "kryten"
    assert json.loads((schema / "events" / "chatMsg.json").read_text())["payload"]
