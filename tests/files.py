"""Writes articles as Markdown files, and indexes archives of them."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from search.article import Article, Image, Provider, Related
from search.index.builder import build_index

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
"""A folder in memory, if the system has one: builds wait for the disk, and tests build hundreds of times."""


@contextmanager
def archived(articles: Iterable[Article]) -> Iterator[Path]:
    """A folder with an `archive` of these articles."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        for article in articles:
            write(article, Path(folder, "archive"))
        yield Path(folder)


@contextmanager
def indexed(articles: Iterable[Article]) -> Iterator[Path]:
    """Index an archive of these articles; gives the index directory."""
    with archived(articles) as folder:
        build_index(folder / "archive", folder / "index")
        yield folder / "index"


def fill(root: Path, *paths: str) -> None:
    """Write files with arbitrary content below `root`."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)


def fail_stat(monkeypatch: pytest.MonkeyPatch, refused: Callable[[str | bytes], bool]) -> None:
    """Make `os.stat` fail for some names in an open folder."""
    look = os.stat

    def failing(name: str | bytes, *, dir_fd: int, follow_symlinks: bool) -> os.stat_result:
        if refused(name):
            raise OSError(5, "Input/output error", name)
        return look(name, dir_fd=dir_fd, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "stat", failing)


class _Dumper(yaml.SafeDumper):
    """YAML like that of real archives: times with a Z, no aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


_Dumper.add_representer(
    datetime,
    lambda dumper, moment: dumper.represent_scalar(
        "tag:yaml.org,2002:timestamp", moment.isoformat().replace("+00:00", "Z")
    ),
)


def write(article: Article, archive: Path, *, published: bool | None = True, secured: str | None = "c2VjcmV0") -> Path:
    """Write the file of an article under `archive`.  `published` and `secured` are left out if None."""
    path = archive / f"{article.id}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(markdown(article, published=published, secured=secured), encoding="utf-8")
    return path


def markdown(article: Article, *, published: bool | None = True, secured: str | None = "c2VjcmV0") -> str:
    front_matter = _without_none(
        {
            "category": article.category,
            "title": article.title,
            "excerpt": article.excerpt,
            "publishedDateTime": article.published_at,
            "webUrl": article.url,
            "ampWebUrl": article.amp_url,
            "type": article.type,
            "quality": article.quality,
            "heat": article.heat,
            "published": published,
            "provider": _provider(article.provider),
            "topics": list(article.topics),
            "images": [_image(article.image)] if article.image else None,
            "related": [_related(item) for item in article.related] or None,
            "secured": secured,
        }
    )
    return f"---\n{yaml.dump(front_matter, Dumper=_Dumper, sort_keys=False, allow_unicode=True)}---\n"


def _without_none(mapping: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if value is not None}


def _provider(provider: Provider | None) -> dict[str, Any] | None:
    return _without_none({"name": provider.name, "domain": provider.domain}) if provider else None


def _image(image: Image) -> dict[str, Any]:
    return {"url": image.url, "width": image.width, "height": image.height}


def _related(item: Related) -> dict[str, Any]:
    return _without_none(
        {
            "title": item.title,
            "excerpt": item.excerpt,
            "publishedDateTime": item.published_at,
            "webUrl": item.url,
            "type": item.type,
            "provider": _provider(item.provider),
            "quality": item.quality,
        }
    )
