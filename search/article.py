"""Articles as plain frozen values.

They are msgspec structs, which decode fast: every page of results decodes twenty.  `results.py` explains `gc=False`.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from search.value import Value

Time = Annotated[datetime, Meta(tz=True, description="ISO 8601, UTC.")]


class Provider(Value, msgspec.Struct, frozen=True, gc=False):
    """Who published the article."""

    name: str
    domain: str | None = None


class Image(Value, msgspec.Struct, frozen=True, gc=False):
    """An image by its absolute http(s) URL; width and height in pixels, 0 if unknown."""

    url: str
    width: int = 0
    height: int = 0


class Related(Value, msgspec.Struct, frozen=True, gc=False):
    """Another provider's coverage of the same story, as listed in the article's file."""

    title: str
    excerpt: str = ""
    url: str | None = None
    provider: Provider | None = None
    published_at: Time | None = None
    type: str | None = None
    quality: int | None = None
    image: Image | None = None


class Article(Value, msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One published article.

    `id` is the path relative to the archive root, without suffix.  Times are aware and in UTC.  URLs are absolute
    http(s) URLs.  Texts are NFC, without markup or entities.  `heat` and `quality` are None if unknown."""

    id: Annotated[str, Meta(description="Its path in the archive, without the suffix.")]
    title: str
    excerpt: str = ""
    topics: tuple[str, ...] = ()
    provider: Provider | None = None
    url: Annotated[str | None, Meta(description="Where to read it; absolute, http or https.")] = None
    amp_url: Annotated[str | None, Meta(description="The same for AMP.")] = None
    image: Image | None = None
    published_at: Time | None = None
    type: Annotated[str, Meta(description="`article`, or what the file says, such as `video`.")] = "article"
    category: str | None = None
    heat: Annotated[int | None, Meta(description="How popular it was; higher is more popular.")] = None
    quality: Annotated[int | None, Meta(description="How good it was judged to be; higher is better.")] = None
    related: tuple[Related, ...] = ()
