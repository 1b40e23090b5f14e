"""Who may import whom, who may read the environment, and that no module grows too large to take in."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import search

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for room in ("search", "web") for path in (ROOT / room).rglob("*.py"))
LINES_AT_MOST = 350
VALUES = tuple(
    f"search.{name}"
    for name in (
        "article",
        "build_report",
        "client_address",
        "descriptions",
        "engine",
        "errors",
        "explanation",
        "periods",
        "quantities",
        "request",
        "results",
        "schema",
        "setting_kinds",
        "settings",
        "value",
    )
)
ROOMS = tuple(f"search.{path.parent.name}" for path in (ROOT / "search").glob("*/__init__.py"))
READ_SIDE = ("search.query", "search.searcher", "search.suggest")


def module_of(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


MODULES = {module_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module or name that the tree imports, dotted."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def offenders(here: tuple[str, ...], forbidden: tuple[str, ...], but: tuple[str, ...] = ()) -> list[str]:
    """Imports of `forbidden` in the packages `here`, as "module imports name", leaving out the modules in `but`."""
    return [
        f"{module} imports {name}"
        for module, tree in MODULES.items()
        if within(module, *here) and module not in but
        for name in imports(tree)
        if within(name, *forbidden)
    ]


@pytest.mark.parametrize(
    ("here", "forbidden", "but"),
    [
        pytest.param(("search",), ("web", "flask", "werkzeug", "jinja2"), (), id="search does not import web"),
        pytest.param(("search.index",), READ_SIDE, (), id="the write side does not import the read side"),
        pytest.param(READ_SIDE, ("search.index",), (), id="the read side does not import the write side"),
        pytest.param(
            ("search.analysis", "search.snapshot", "search.changes", "search.archive"),
            ("search.index", *READ_SIDE), (),
            id="what both sides share imports neither",
        ),
        pytest.param(
            ("search.query",), ("search.searcher", "search.suggest", "search.snapshot", "numpy", "whoosh"), (),
            id="queries belong to no engine",
        ),
        pytest.param(
            ("search.watch",), ("search.index", "search.searcher"), (),
            id="what runs after updates knows no engine",
        ),
        pytest.param(("search.suggest",), ("search.searcher",), (), id="suggest does not import the searcher"),
        pytest.param(VALUES, ROOMS, (), id="plain values and the engine protocol import no package"),
        pytest.param(("search", "web"), ("yaml",), ("search.archive.plain_yaml",), id="one module reads YAML"),
        pytest.param(
            ("search", "web"), ("search.archive.plain_yaml",),
            ("search.archive.reader", "search.archive.front_matter", "search.analysis.synonym_parser",
             "search.watch.search_file", "search.watch.expectations"),
            id="articles, synonyms and files of searches are YAML",
        ),
        pytest.param(
            ("search", "web"), ("frontmatter",), ("search.archive.reader",), id="one module reads front matter"
        ),
        pytest.param(("web",), ("whoosh", "numpy"), (), id="no Whoosh object leaves search"),
        pytest.param(("search",), ("granian",), ("search.server.server",), id="one module knows the HTTP server"),
        pytest.param(
            ("search.server",), ("search.index", *READ_SIDE, "search.snapshot", "search.cli"), (),
            id="the server serves any application",
        ),
        pytest.param(
            ("search", "web"), ("mcp",), ("search.mcp.checked_tool", "search.mcp.server", "search.mcp.tools"),
            id="one package knows the protocol of language models",
        ),
    ],
)  # fmt: skip
def test_imports_go_one_way(here: tuple[str, ...], forbidden: tuple[str, ...], but: tuple[str, ...]) -> None:
    assert offenders(here, forbidden, but) == []


@pytest.mark.parametrize("of", ["modules", "packages"])
def test_imports_form_no_circle(of: str) -> None:
    """Without the public names: `search` refers to every module for type checkers."""
    unit: Callable[[str], str] = package_of if of == "packages" else str
    graph: dict[str, set[str]] = {}
    for module, tree in MODULES.items():
        if module != "search":
            imported = {unit(imported_module(name)) for name in imports(tree)} - {unit(module), "search"}
            graph.setdefault(unit(module), set()).update(imported)
    TopologicalSorter(graph).prepare()  # raises CycleError


def imported_module(name: str) -> str:
    """The module of ours that a dotted name is or is in; "search" if it is neither."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name or "search"


def package_of(module: str) -> str:
    """`search.index` for `search.index.builder`; modules directly in `search` and `web` are packages of their own."""
    return ".".join(module.split(".")[:2])


def test_the_web_uses_public_names_only() -> None:
    public = {f"search.{name}" for name in search.__all__}
    used = {name for module, tree in MODULES.items() if within(module, "web") for name in imports(tree)}
    assert {name for name in used if within(name, "search")} <= public


def test_every_public_name_exists() -> None:
    assert [name for name in search.__all__ if not hasattr(search, name)] == []


def test_the_package_imports_no_library_before_it_is_used() -> None:
    """The command line would wait a third of a second for them, even for --help."""
    code = "import search, sys; print({'numpy', 'pydantic', 'whoosh'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_only_the_doors_read_the_environment() -> None:
    readers = {
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.environb", "os.getenv"})
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and {"environ", "getenv"} & {a.name for a in node.names}
        )
    }
    assert readers == {"search.cli.options", "web"}


def test_only_the_store_replaces_snapshots() -> None:
    pointer = [
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value == "CURRENT"
    ]
    assert pointer == ["search.snapshot.pointer"]
    users = ("search.snapshot.store", "search.snapshot.removal")
    assert offenders(("search", "web"), ("search.snapshot.pointer",), users) == []


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_a_module_fits_the_eye(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_AT_MOST


def test_no_group_of_a_pattern_is_possessive() -> None:
    """Python before 3.11.5, such as Debian 12's, matches them wrongly (CPython's issue 106052)."""
    possessive = re.compile(r"\)[+*?]\+")
    assert [module_of(path) for path in SOURCES if possessive.search(path.read_text(encoding="utf-8"))] == []
