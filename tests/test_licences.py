"""Which licences the runtime packages may have."""

from importlib.metadata import Distribution
from pathlib import Path

import pytest

from tests.licences import is_permissive, licence, packages


def test_every_runtime_package_has_a_permissive_licence() -> None:
    assert {package.name: licence(package) for package in packages() if not is_permissive(licence(package))} == {}


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("", False),
    ],
)
def test_licences_are_permissive(expression: str, allowed: bool) -> None:
    assert is_permissive(expression) == allowed


@pytest.mark.parametrize(
    ("metadata", "expression"),
    [
        ("License-Expression: MIT\nClassifier: License :: OSI Approved :: BSD License\n", "MIT"),
        ("Classifier: Topic :: X\nClassifier: License :: OSI Approved :: MIT License\n", "MIT"),
        ("License: Apache-2.0\n", "Apache-2.0"),
        ("Name: none\n", ""),
    ],
)
def test_licence_is_read_from_the_metadata(tmp_path: Path, metadata: str, expression: str) -> None:
    (tmp_path / "METADATA").write_text(metadata, encoding="utf-8")
    assert licence(Distribution.at(tmp_path)) == expression
