"""A WSGI application with an endless stream at /stream; the files that it makes tell how many are open."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkstemp

from search import Settings


def create_app(settings: Settings) -> Callable[..., object]:
    """The open streams are files in the folder of the index."""

    def stream() -> Iterator[bytes]:
        handle, name = mkstemp(dir=settings.index_dir)
        os.close(handle)
        try:
            while True:
                yield b"x" * 65_536
        finally:
            Path(name).unlink()

    def application(environ: dict[str, object], start_response: Callable[..., object]) -> object:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return stream() if environ["PATH_INFO"] == "/stream" else [b"ready"]

    return application
