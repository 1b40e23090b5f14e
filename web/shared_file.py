"""Opens the files in which the processes of a service count together."""

import os
from contextlib import ExitStack
from pathlib import Path

from search import SettingsError


def open_shared_file(path: Path, size: int, setting: str, mismatch: str) -> int:
    """The descriptor of the file that a setting names, made so large if it is new.

    Raises `SettingsError` if it cannot be used, or if it has another size: `mismatch` says what that means."""
    with ExitStack() as on_failure:
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            on_failure.callback(os.close, file)
            found = os.fstat(file).st_size
            if not found:
                os.ftruncate(file, size)
        except OSError as error:
            raise SettingsError(f"{setting}: {path} cannot be used: {error.strerror}") from error
        if found not in {0, size}:
            raise SettingsError(f"{setting}: {path} {mismatch}; name a new file")
        on_failure.pop_all()
    return file
