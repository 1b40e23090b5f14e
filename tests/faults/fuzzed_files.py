"""Random mutations of valid article files: flipped bytes, cut and repeated parts, odd values and YAML structures."""

from random import Random
from typing import Final

FRAGMENTS: Final = (
    b"", b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n", b"\n---\n", b"---",
    b"...", b"\t",
    b": ", b"- ", b"? ", b"# ", b"| ", b">-\n", b"&a ", b"*a", b"<<: *a\n",
    b"!!python/object/apply:os.system [id]",
    b"!!int ", b"!!binary ", b"!t ", b"%YAML 9.9\n", b"{", b"}", b"[", b"]", b"'", b'"', b'"\\x', b'"\\uD83D"',
    b"@", b"`",
    b"\xe2\x80\xa8", b"\xc2\x85", b"\xe2\x80\xae", b"\xf0\x9f\xa4\x96", b"e" + b"\xcc\x81" * 300, b"[" * 400,
    b"{a: " * 400,
    b"- " * 400, b"&a [*a]", b"\\", b"<b>", b"&#x110000;", b"&amp;" * 50, b"<!--", b"</script>",
)  # fmt: skip
VALUES: Final = (
    b"9" * 5000, b"-1", b"1e999", b".inf", b".nan", b"0x" + b"f" * 400, b"0o7", b"1:2:3", b"1_000", b"~",
    b"null", b"true",
    b"no", b"0000-00-00", b"9999-12-31T23:59:59-14:00", b"0001-01-01T00:00:00+14:00", b"2026-02-30",
    b"2026-01-01 25:61",
    b"[[[[[]]]]]", b"{a: {b: {c: {}}}}", b"[a, {b: c}]", b"|\n  a\n  b", b"http://[::1", b"http://\xff/",
    b"javascript:alert(1)",
    b"//a.example", b"http://a.example:99999/", "http://ａ．example/%".encode(), b"x" * 30_000, b"", b'""',
    b"<b></b>",
    "\u0301".encode(), "\u200b".encode(), "٣".encode(), b"- a\n- b", b"[" + b"a, " * 2000 + b"]",
)  # fmt: skip


def mutated(random: Random, files: list[bytes]) -> bytes:
    """One of these files after one to eight mutations."""
    content = random.choice(files)
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        content = random.choice((_flipped, _cut, _inserted, _repeated, _replaced_value, _replaced_value, _reindented))(
            random, content
        )
    return content


def _flipped(random: Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(random.choice((1, 1, 4, 40)) if changed else 0):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut(random: Random, content: bytes) -> bytes:
    start = random.randint(0, len(content))
    return content[:start] + content[start + random.choice((1, 5, 50, len(content))) :]


def _inserted(random: Random, content: bytes) -> bytes:
    at = random.randint(0, len(content))
    return content[:at] + random.choice(FRAGMENTS) * random.choice((1, 1, 1, 30)) + content[at:]


def _repeated(random: Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    start = random.randint(0, len(lines))
    end = start + random.randint(1, 6)
    return b"".join(lines[:start] + lines[start:end] * random.choice((2, 2, 2, 300)) + lines[end:])


def _replaced_value(random: Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    at = random.randrange(len(lines))
    key, colon, _ = lines[at].partition(b":")
    lines[at] = key + colon + b" " + random.choice(VALUES)
    return b"\n".join(lines)


def _reindented(random: Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    at = random.randrange(len(lines))
    lines[at] = random.choice((b" ", b"   ", b"\t", b"- ", b"  - ")) + lines[at]
    return b"\n".join(lines)
