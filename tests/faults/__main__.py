"""Runs the modules `measure_*.py` and writes their figures to RESULTS.md.

Such a module has a `TITLE`, and a function `measure()` that yields rows: what was measured, and the figure.  It raises
AssertionError if a promise is broken."""

import importlib
import inspect
from pathlib import Path

import click

from tests.faults.results import write_section

MODULES = sorted(path.stem.removeprefix("measure_") for path in Path(__file__).parent.glob("measure_*.py"))


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(MODULES), metavar="[NAME]…")
def main(names: tuple[str, ...]) -> None:
    """Inject the faults of each NAME and write the figures to tests/faults/RESULTS.md; of all by default.

    Names: {names}"""
    for name in names or MODULES:
        module = importlib.import_module(f"tests.faults.measure_{name}")
        click.echo(f"{module.TITLE} …", err=True)
        rows = []
        for what, figure in module.measure():
            click.echo(f"  {what}: {figure}", err=True)
            rows.append((what, figure))
        summary = (inspect.getdoc(module) or "").strip()
        write_section(module.TITLE, summary, f"python -m tests.faults {name}", rows)


main.help = (main.help or "").format(names=", ".join(MODULES))

if __name__ == "__main__":
    main(prog_name="python -m tests.faults")
