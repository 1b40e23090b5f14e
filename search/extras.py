"""The optional packages of this project."""

from collections.abc import Iterator
from contextlib import contextmanager

from search.errors import ArticleSearchError


@contextmanager
def importing_extra(extra: str) -> Iterator[None]:
    """Raises `ArticleSearchError` if what is imported within needs packages of an extra that is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("search"):
            raise
        raise ArticleSearchError(
            f"the package {error.name} is not installed. Install it with: pip install 'article-search[{extra}]', or: "
            f"pip install --requirement requirements-{extra}.lock"
        ) from error
