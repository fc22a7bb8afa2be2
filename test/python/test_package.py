"""The generated project: installable, typed, clean, quick to import, and with its schemas."""

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
LONGEST_IMPORT = 0.5
"""In seconds."""


def run(*command: str | Path) -> str:
    finished = subprocess.run([str(part) for part in command], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout + finished.stderr


def test_mypy_finds_nothing(tmp_path: Path) -> None:
    assert "no issues found" in run(SCRIPTS / "mypy", "--strict", "--cache-dir", tmp_path, "kryten_protocol")


def test_ruff_finds_nothing_and_has_nothing_to_format() -> None:
    assert "All checks passed" in run(SCRIPTS / "ruff", "check", "--no-cache", ".")
    assert "already formatted" in run(SCRIPTS / "ruff", "format", "--no-cache", "--check", ".")


@pytest.mark.parametrize("module", ["kryten_protocol", "kryten_protocol.models"])
def test_it_is_imported_in_less_than_half_a_second(module: str) -> None:
    timed = f"import time; start = time.process_time(); import {module}; print(time.process_time() - start)"
    # Time of that process alone is counted: others run beside it.
    assert min(float(run(sys.executable, "-c", timed)) for _ in range(3)) < LONGEST_IMPORT


def test_importing_it_imports_no_model_and_no_client_of_nats() -> None:
    loaded = run(sys.executable, "-c", "import sys, kryten_protocol; print(*sys.modules)").split()
    assert "kryten_protocol" in loaded
    assert not {"kryten_protocol.models", "nats"} & set(loaded)


def test_a_wheel_holds_the_code_the_types_and_the_schemas(tmp_path: Path) -> None:
    run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        tmp_path,
        ".",
    )
    (wheel,) = tmp_path.glob("kryten_protocol-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {str(path.relative_to(PROJECT)) for path in (PROJECT / "kryten_protocol").rglob("*") if path.is_file()}
    assert sources - names == set()
    assert {"kryten_protocol/py.typed", "kryten_protocol/json-schema/events/chatMsg.json"} <= names


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
