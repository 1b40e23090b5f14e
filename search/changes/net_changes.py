"""The net changes between two snapshots, from the change log."""

import logging
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

from search.article import Article
from search.changes.change_log import NOTHING, Change, ChangeLog, DamagedLog, Publish, line_of
from search.errors import ChangesGone, Mistake, RequestInvalid
from search.results import ChangedArticle, Changes, IndexInfo
from search.snapshot.snapshot_name import time_in_name

_NAME: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}", re.ASCII)
_EXAMPLE: Final = "such as 20260131T093000Z-3f2a, which every answer has as index.snapshot"
_log = logging.getLogger(__name__)

decode_article: Final = msgspec.json.Decoder(Article).decode


class NetChanges(NamedTuple):
    """The changes between two snapshots, each list by id.  `oldest`: the snapshot with which the log begins."""

    oldest: str
    added: list[Change]
    changed: list[Change]
    removed: list[Change]


def net_changes(log: ChangeLog, since: str, until: str, snapshots: Collection[str]) -> NetChanges:
    """What changed from one snapshot to another.  `snapshots` are those that exist now.

    Raises `ChangesGone` if the log no longer covers both, `RequestInvalid` if there never was such a snapshot."""
    publishes = {publish.name: publish for publish in log.publishes()}
    while True:
        way, oldest = _way(publishes, since, until, snapshots)
        try:
            return _added_up(oldest, (change for step in way for change in step.changes(log)))
        except DamagedLog as error:
            # Another request of the same kind must not fail on it: the log then begins after this publish.
            _log.error("%s", error)
            del publishes[error.publish.name]


class _Step(NamedTuple):
    """A publish to repeat, or to undo."""

    publish: Publish
    undo: bool

    def changes(self, log: ChangeLog) -> Iterator[Change]:
        changes = log.read(self.publish)
        return (change.undone() for change in changes) if self.undo else iter(changes)


def _way(
    publishes: Mapping[str, Publish], since: str, until: str, snapshots: Collection[str]
) -> tuple[list[_Step], str]:
    """The steps from one snapshot to another, and the oldest snapshot from which there is a way."""
    ups, downs = line_of(publishes, since), line_of(publishes, until)
    known = [_exists(parameter, name, publishes, snapshots) for parameter, name in (("since", since), ("until", until))]
    common = next((name for name in ups if name in downs), None)
    if common is None or not all(known):
        raise ChangesGone(since, downs[-1])
    undone = [_Step(publishes[name], undo=True) for name in ups[: ups.index(common)]]
    repeated = [_Step(publishes[name], undo=False) for name in reversed(downs[: downs.index(common)])]
    return undone + repeated, downs[-1]


def _exists(parameter: str, name: str, publishes: Mapping[str, Publish], snapshots: Collection[str]) -> bool:
    """Whether the log knows a snapshot with this name, or there is one.  Raises `RequestInvalid` if there never was.

    The log drops its oldest files first, so it knows the names of all snapshots after its first."""
    logged = {*publishes, *(publish.parent for publish in publishes.values())}
    if name in snapshots or name in logged:
        return True
    if not _NAME.fullmatch(name):
        raise RequestInvalid([Mistake(parameter, f"must be the name of a snapshot, {_EXAMPLE}", "unreadable")])
    if name > (min(logged) if logged else max(snapshots, default="")):
        raise RequestInvalid([Mistake(parameter, f"is not the name of a snapshot; there was none named {name}")])
    return False


def _added_up(oldest: str, changes: Iterable[Change]) -> NetChanges:
    """The first state of each article before, and the last after, unless they are the same."""
    net: dict[str, Change] = {}
    for change in changes:
        earlier = net.get(change.id)
        net[change.id] = change if earlier is None else Change(change.id, earlier.old, change.new)
    added, changed, removed = [], [], []
    for change in sorted(net.values(), key=lambda change: change.id):
        if change.old == change.new:
            continue
        if change.old == NOTHING:
            added.append(change)
        elif change.new == NOTHING:
            removed.append(change)
        # Another version of the program may have stored the same article with other bytes.
        elif decode_article(change.old) != decode_article(change.new):
            changed.append(change)
    return NetChanges(oldest, added, changed, removed)


def latest_changes(log: ChangeLog, index: IndexInfo) -> Iterator[Changes]:
    """What each of the publishes changed that led to the index, newest first."""
    publishes = {publish.name: publish for publish in log.publishes()}
    line = line_of(publishes, index.snapshot)
    for until, since in pairwise(line):
        try:
            net = _added_up(line[-1], log.read(publishes[until]))
        except DamagedLog as error:
            _log.error("%s", error)
            return
        yield changes_page(net, index, since, until, 0, None)


def changes_page(net: NetChanges, index: IndexInfo, since: str, until: str, offset: int, limit: int | None) -> Changes:
    """At most `limit` of the changes after the first `offset`, with their articles."""
    lists = (net.added, net.changed, net.removed)
    end = sum(map(len, lists)) if limit is None else offset + limit
    pages = []
    for changes in lists:
        pages.append(changes[max(offset, 0) : max(end, 0)])
        offset, end = offset - len(changes), end - len(changes)
    added, changed, removed = pages
    return Changes(
        index, since, until, net.oldest, time_in_name(until), len(net.added), len(net.changed), len(net.removed),
        added=tuple(decode_article(change.new) for change in added),
        changed=tuple(ChangedArticle(decode_article(change.old), decode_article(change.new)) for change in changed),
        removed=tuple(decode_article(change.old) for change in removed),
    )  # fmt: skip
