"""Making what was written outlast a power cut."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Have the file, or the folder's list of names, on the disk before returning."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
