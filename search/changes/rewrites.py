"""When the text of an article was last rewritten, from the change log."""

import logging
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from typing import Final

import msgspec

from search.changes.change_log import NOTHING, Change, ChangeLog, DamagedLog, Publish, line_of
from search.snapshot.snapshot_name import time_in_name


class _Text(msgspec.Struct, omit_defaults=True):
    """What readers of an article see of it.  Its topics and its heat change without a rewrite."""

    title: str
    excerpt: str = ""


_decode_text: Final = msgspec.json.Decoder(_Text).decode
_log = logging.getLogger(__name__)


class Rewrites:
    """The rewrites in a change log.  Each of its files is read once: the files never change."""

    def __init__(self, log: ChangeLog) -> None:
        self._log = log
        self._ids: dict[str, frozenset[str]] = {}  # rewritten articles by the snapshot that has them first
        self._snapshot = ""
        self._times: Mapping[str, datetime] = {}
        self._lock = Lock()

    def times(self, snapshot: str) -> Mapping[str, datetime]:
        """When each article was last rewritten before a snapshot was published, by id, as far as the log goes back."""
        with self._lock:
            if snapshot != self._snapshot:
                self._times, self._snapshot = self._read(snapshot), snapshot
            return self._times

    def _read(self, snapshot: str) -> Mapping[str, datetime]:
        publishes = {publish.name: publish for publish in self._log.publishes()}
        times: dict[str, datetime] = {}
        for name in reversed(line_of(publishes, snapshot)[:-1]):
            if time := time_in_name(name):
                times.update(dict.fromkeys(self._rewritten(publishes[name]), time))
        self._ids = {name: ids for name, ids in self._ids.items() if name in publishes}
        return times

    def _rewritten(self, publish: Publish) -> frozenset[str]:
        if publish.name not in self._ids:
            try:
                changes = self._log.read(publish)
            except DamagedLog as error:
                _log.error("%s", error)
                return frozenset()
            self._ids[publish.name] = frozenset(change.id for change in changes if _is_rewrite(change))
        return self._ids[publish.name]


def _is_rewrite(change: Change) -> bool:
    return NOTHING not in (change.old, change.new) and _decode_text(change.old) != _decode_text(change.new)
