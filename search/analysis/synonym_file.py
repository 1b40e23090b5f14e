"""The synonym file: reads it, and reads it again when it changes."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from search.analysis import synonym_parser
from search.analysis.synonym_map import SynonymMap
from search.errors import SettingsError
from search.small_file import read_small_file

SHIPPED: Final = Path(__file__).with_name("synonyms.yaml")
_log = logging.getLogger(__name__)


def read_synonyms(path: Path | None) -> SynonymMap:
    """The synonym map of a file, or of the shipped file if `path` is None.

    Raises `SettingsError` with the file name and every mistake, line by line."""
    path = path or SHIPPED
    try:
        content = read_small_file(path)
    except OSError as error:
        raise SettingsError(f"the synonyms in {path} cannot be read: {error.strerror}") from None
    try:
        return synonym_parser.synonym_map(content)
    except SettingsError as error:
        raise SettingsError(f"the synonyms in {path} cannot be used:\n{error}") from None


class SynonymFile:
    """The current synonym map of a file that can change.  Raises `SettingsError` if the file is invalid at first."""

    def __init__(self, path: Path | None) -> None:
        self._path = path or SHIPPED
        self._last_state = self._state()
        self.synonym_map = read_synonyms(path)

    def reload(self) -> bool:
        """Reads the file again if it changed; returns whether `synonym_map` changed.

        An unchanged file costs one system call.  An invalid file is logged once, and the old synonyms stay in use."""
        if (state := self._state()) == self._last_state:
            return False
        self._last_state = state
        try:
            synonym_map = read_synonyms(self._path)
        except SettingsError as error:
            _log.error("%s\nThe previous synonyms stay in use.", error)
            return False
        before, self.synonym_map = self.synonym_map, synonym_map
        return synonym_map != before

    @property
    def changed_at(self) -> datetime:
        """When the file was written or replaced last; the same in all processes."""
        return datetime.fromtimestamp(self._last_state[-1] / 1e9 if self._last_state else 0, UTC)

    def _state(self) -> tuple[int, ...]:
        """Metadata that changes whenever the file is written or replaced; () while it is missing."""
        try:
            stat = self._path.stat()
        except OSError:
            return ()
        return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
