"""One synthetic article spelled out as its file.

The YAML is written by hand, not by a YAML writer: that is what the files of real archives look like, and it is fast.
"""

from search.demo.block import Block
from search.demo.oddities import ODDITIES, FrontMatter


def content(block: Block, place: int) -> bytes:
    """The whole file of the article at this place of the block."""
    keys = _front_matter(block, place)
    if block.odd[place] >= 0:
        ODDITIES[block.odd[place]](keys)
    return "".join(["---\n", *(f"{key}:{value}\n" for key, value in keys.items()), "---\n"]).encode()


def _front_matter(block: Block, place: int) -> FrontMatter:
    """YAML by key in the usual order, each value with the blank or line break before it."""
    url, domain, article = block.url(place), block.paper(place).domain, block.first + place
    keys = {
        "category": " news",
        "title": f' "{block.title(place)}"',
        "excerpt": f' "{block.excerpt(place)}"',
        "publishedDateTime": f" {block.times[place]}Z",
        "originalUrl": f' "{url}"',
        "webUrl": f' "{url}"',
        "ampWebUrl": f' "{url}amp/"',
        "type": " article",
        "quality": f" {block.quality[place]}",
        "heat": f" {block.heat[place]}",
        "published": " true" if block.published[place] else " false",
        "provider": _provider(block, place, "  ")
        + "\n  images:"
        + _picture(f"logos.{domain}/50x50.jpg", 50, 50, "    "),
        "topics": "".join(f"\n  - {topic}" for topic in block.topics(place)),
        "images": _picture(f"images.{domain}/{article}.jpg", 1200, 630, "  "),
        "related": _related(block, place - 1),  # the neighbour in the block passes for other coverage of the story
        "secured": f' "{block.secret(place)}"',
    }
    optional = {"ampWebUrl": block.has_amp, "images": block.has_image, "related": block.has_related}
    for key in [key for key, present in optional.items() if not present[place]]:
        del keys[key]
    return keys


def _provider(block: Block, place: int, indent: str) -> str:
    name, domain = block.paper(place)
    return f"\n{indent}name: {name}\n{indent}domain: {domain}"


def _picture(address: str, width: int, height: int, indent: str) -> str:
    return f'\n{indent}- url: "https://{address}"\n{indent}  width: {width}\n{indent}  height: {height}'


def _related(block: Block, place: int) -> str:
    return (
        f'\n  - title: "{block.title(place)}"\n    excerpt: "{block.excerpt(place)}"'
        f'\n    publishedDateTime: {block.times[place]}Z\n    webUrl: "{block.url(place)}"\n    type: article'
        f"\n    provider:{_provider(block, place, '      ')}\n    quality: {block.quality[place]}"
    )
