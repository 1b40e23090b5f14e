"""Lists the licences of the runtime packages; `make licences` fails for one that is not on the list below."""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

LOCKS: Final = ("requirements.lock", "requirements-mcp.lock", "requirements-opensearch.lock")

PERMISSIVE: Final = frozenset(
    {"0BSD", "Apache-2.0", "BSD", "BSD-3-Clause", "CC0-1.0", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "Zlib"}
)
"""All of them allow use and distribution without conditions on the code that uses the package."""

_NAMES: Final = {"MIT License": "MIT", "BSD License": "BSD", "Apache Software License": "Apache-2.0",
          "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "3-Clause BSD License": "BSD-3-Clause"}  # fmt: skip
"""SPDX identifiers of what older packages name; there is none for the kind of BSD licence."""


def packages() -> list[Distribution]:
    """The locked packages that are installed.  Those for other systems are not."""
    root, found = Path(__file__).parents[1], []
    locked = "".join((root / lock).read_text(encoding="utf-8") for lock in LOCKS)
    for name in sorted(set(re.findall(r"(?m)^([\w.-]+)==", locked))):
        try:
            found.append(distribution(name))
        except PackageNotFoundError:
            continue
    return found


def licence(package: Distribution) -> str:
    """The licence as an SPDX expression; empty if the package names none."""
    metadata = package.metadata.json
    classifiers = [text.rpartition(" :: ")[2] for text in metadata.get("classifier", ()) if "License ::" in text]
    named = metadata.get("license_expression") or " OR ".join(_NAMES.get(each, each) for each in classifiers)
    text = str(named or metadata.get("license", ""))
    return _NAMES.get(text, text)


def is_permissive(expression: str) -> bool:
    """Whether every licence of the expression is permissive."""
    return PERMISSIVE.issuperset(re.split(r" AND | OR ", expression))


def main() -> int:
    refused = 0
    for package in packages():
        expression = licence(package)
        allowed = is_permissive(expression)
        refused += not allowed
        sys.stdout.write(f"{package.name:28} {package.version:12} {expression}{'' if allowed else '  NOT ALLOWED'}\n")
    return min(refused, 1)


if __name__ == "__main__":
    sys.exit(main())
