"""Runs mutmut on a random sample of mutants and lists those that survive."""

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

FOLDER: Final = Path("mutants")
"""mutmut's working folder: the mutated code, the results and which test calls which function."""

SURVIVORS: Final = FOLDER / "survivors.diff"
PACKAGES: Final = ("search.query", "search.searcher", "web")


@click.command()
@click.option("--mutants", type=click.IntRange(min=1), default=200, show_default=True, help="Size of the sample.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the sample.")
@click.option("--processes", type=click.IntRange(min=1), default=2, show_default=True, help="Mutants run in parallel.")
def main(mutants: int, seed: int, processes: int) -> None:
    """Test a random sample of mutants.  [tool.mutmut] in pyproject.toml names the code and the tests."""
    click.echo("Generating mutants and recording which test calls which function …", err=True)
    generated = _mutmut("run", "no mutant")
    if "nothing matches" not in generated.stderr:  # mutmut's message after it has prepared everything
        sys.exit(generated.stdout + generated.stderr)
    names = sorted(_statuses())
    sample = random.Random(seed).sample(names, min(mutants, len(names)))
    click.echo(f"Testing {len(sample):,} of {len(names):,} mutants …", err=True)
    command = [sys.executable, "-m", "mutmut", "run", f"--max-children={processes}", *sample]
    subprocess.run(command, check=True)  # not captured: it shows its progress
    statuses = _statuses()
    _report({name: statuses[name] for name in sample})


def _mutmut(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "mutmut", *arguments], capture_output=True, text=True, check=False)


def _statuses() -> dict[str, str]:
    """Mutant name → killed, survived, timeout, no tests, or not checked."""
    lines = _mutmut("results", "--all", "true").stdout.splitlines()
    return {name.strip(): status.strip() for name, _, status in (line.partition(": ") for line in lines)}


def _report(statuses: Mapping[str, str]) -> None:
    """Print the counts of each package; write the diff of each mutant that no test killed."""
    for package in PACKAGES:
        counts = Counter(status for name, status in statuses.items() if name.startswith(f"{package}."))
        click.echo(f"{package}: {', '.join(f'{count} {status}' for status, count in counts.most_common())}")
    _write_diffs([name for name, status in statuses.items() if status not in {"killed", "timeout"}])


def _write_diffs(names: Sequence[str]) -> None:
    SURVIVORS.write_text("\n".join(_mutmut("show", name).stdout for name in sorted(names)), encoding="utf-8")
    click.echo(f"{len(names)} mutants to look at: {SURVIVORS}")


if __name__ == "__main__":
    main(prog_name="python -m tests.mutation")
