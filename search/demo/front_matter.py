"""Formats a synthetic article as a Markdown file with front matter.

String formatting gives YAML in the style of real archives, and is faster than a YAML writer.
"""

from search.demo.block import Block
from search.demo.oddities import ODDITIES, FrontMatter


def content(block: Block, index: int) -> bytes:
    keys = _front_matter(block, index)
    if block.odd[index] >= 0:
        ODDITIES[block.odd[index]](keys)
    return "".join(["---\n", *(f"{key}:{value}\n" for key, value in keys.items()), "---\n"]).encode()


def _front_matter(block: Block, index: int) -> FrontMatter:
    """Key → YAML value in the usual order; a value starts with its space or line break."""
    url, domain, article = block.url(index), block.provider(index).domain, block.first + index
    logo = _picture(f"logos.{domain}/50x50.jpg", 50, 50, "    ")
    keys = {
        "category": " news",
        "title": f' "{block.title(index)}"',
        "excerpt": f' "{block.excerpt(index)}"',
        "publishedDateTime": f" {block.times[index]}Z",
        "originalUrl": f' "{url}"',
        "webUrl": f' "{url}"',
        "ampWebUrl": f' "{url}amp/"',
        "type": " article",
        "quality": f" {block.quality[index]}",
        "heat": f" {block.heat[index]}",
        "published": " true" if block.published[index] else " false",
        "provider": f"{_provider(block, index, '  ')}\n  images:{logo}",
        "topics": "".join(f"\n  - {topic}" for topic in block.topics(index)),
        "images": _picture(f"images.{domain}/{article}.jpg", 1200, 630, "  "),
        "related": _related(block, index - 1),  # the previous article serves as related coverage
        "secured": f' "{block.secret(index)}"',
    }
    optional = {"ampWebUrl": block.has_amp, "images": block.has_image, "related": block.has_related}
    for key in [key for key, present in optional.items() if not present[index]]:
        del keys[key]
    return keys


def _provider(block: Block, index: int, indent: str) -> str:
    name, domain = block.provider(index)
    return f"\n{indent}name: {name}\n{indent}domain: {domain}"


def _picture(address: str, width: int, height: int, indent: str) -> str:
    return f'\n{indent}- url: "https://{address}"\n{indent}  width: {width}\n{indent}  height: {height}'


def _related(block: Block, index: int) -> str:
    return (
        f'\n  - title: "{block.title(index)}"\n    excerpt: "{block.excerpt(index)}"'
        f'\n    publishedDateTime: {block.times[index]}Z\n    webUrl: "{block.url(index)}"\n    type: article'
        f"\n    provider:{_provider(block, index, '      ')}\n    quality: {block.quality[index]}"
    )
