"""The file that the synonyms are in, and keeping up with its changes."""

import logging
from pathlib import Path
from typing import Final

from search.analysis import synonym_parser
from search.analysis.synonym_map import SynonymMap
from search.errors import SettingsError

SHIPPED: Final = Path(__file__).with_name("synonyms.yaml")
FILE_LIMIT: Final = 2**20  # bytes; the shipped one has 6,000
_log = logging.getLogger(__name__)


def read_synonyms(path: Path | None) -> SynonymMap:
    """The synonyms in the file, or None for those that come along.

    Raises `SettingsError` that names the file and tells everything that is wrong in it, line by line."""
    path = path or SHIPPED
    try:
        with path.open("rb") as file:
            content = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise SettingsError(f"the synonyms in {path} cannot be read: {error.strerror}") from None
    if len(content) > FILE_LIMIT:
        raise SettingsError(
            f"the synonyms in {path} cannot be read: more than {FILE_LIMIT:,} bytes; is it the right file?"
        )
    try:
        return synonym_parser.synonym_map(content)
    except SettingsError as error:
        raise SettingsError(f"the synonyms in {path} cannot be used:\n{error}") from None


class SynonymsFile:
    """The synonyms of a file that may change.  Raises `SettingsError` if it cannot be used to begin with."""

    def __init__(self, path: Path | None) -> None:
        self._path = path or SHIPPED
        self._seen = self._state()
        self.synonym_map = read_synonyms(path)

    def renewed(self) -> bool:
        """Whether `synonym_map` is another one than before, because the file is; one system call if it is not.

        A file that cannot be used is reported once, and the synonyms stay what they were."""
        if (state := self._state()) == self._seen:
            return False
        self._seen = state
        try:
            synonym_map = read_synonyms(self._path)
        except SettingsError as error:
            _log.error("%s\nThe synonyms from before go on being used.", error)
            return False
        before, self.synonym_map = self.synonym_map, synonym_map
        return synonym_map != before

    def _state(self) -> tuple[int, ...]:
        """Something that changes whenever the file is written or replaced; nothing while it is missing."""
        try:
            stat = self._path.stat()
        except OSError:
            return ()
        return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
