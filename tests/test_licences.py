"""Which licences the runtime packages may have."""

from email.message import Message
from importlib.metadata import Distribution
from typing import cast

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
        ([("License-Expression", "MIT"), ("Classifier", "License :: OSI Approved :: BSD License")], "MIT"),
        ([("Classifier", "Topic :: X"), ("Classifier", "License :: OSI Approved :: MIT License")], "MIT"),
        ([("License", "Apache-2.0")], "Apache-2.0"),
        ([], ""),
    ],
)
def test_licence_is_read_from_the_metadata(metadata: list[tuple[str, str]], expression: str) -> None:
    message = Message()
    for name, value in metadata:
        message[name] = value
    assert licence(cast(Distribution, type("Package", (), {"metadata": message}))) == expression
