"""Terminal output: progress, problems, JSON, errors and their exit statuses."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, Final, NoReturn, TextIO

import click
import msgspec

from search.cli.options import named_by_options
from search.errors import (
    ArticleSearchError,
    BuildFailed,
    BuildRunning,
    EngineUnavailable,
    FileUnusable,
    RequestInvalid,
    SearchFileInvalid,
    SettingsError,
    SnapshotError,
    SnapshotGone,
    WatchRunning,
)

SHOWN_PROBLEMS: Final = 20

# A terminal executes control characters, so those of an article must not reach it.  Line feeds are allowed.
_CONTROLS: Final = dict.fromkeys([*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0)], " ")

NOTHING_FOUND: Final = 1
WRONG_USAGE: Final = 2
NO_INDEX: Final = 3
IO_ERROR: Final = 74  # EX_IOERR
BUSY: Final = 75  # EX_TEMPFAIL


# The first class that fits an error decides.
STATUSES: Final = {
    BuildRunning: BUSY,
    WatchRunning: BUSY,
    RequestInvalid: WRONG_USAGE,
    SearchFileInvalid: WRONG_USAGE,
    SettingsError: WRONG_USAGE,
    EngineUnavailable: NO_INDEX,
    SnapshotGone: NO_INDEX,
    FileUnusable: IO_ERROR,
    ArticleSearchError: 1,
}


class CommandGroup(click.Group):
    """A command group that turns errors into a message and an exit status.

    A closed pipe ends a command without an error: its reader, such as `head`, has what it wants."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        _open_closed_streams()
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # the terminal's encoding may lack letters of an article
        try:
            return super().main(*args, **kwargs)
        finally:
            _flush_or_discard(sys.stdout)
            _flush_or_discard(sys.stderr)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.NoSuchOption as unknown:
            if unknown.option_name.startswith("--"):
                raise
            advice = f"{unknown.message} Write -- before a text with a word that begins with -."
            raise click.NoSuchOption(unknown.option_name, advice, ctx=unknown.ctx) from None
        except RequestInvalid as invalid:
            fail(named_by_options(invalid), _status(invalid))
        except SnapshotGone as gone:
            fail(gone.advising("Leave out --at to search the current index."), _status(gone))
        except ArticleSearchError as error:
            fail(error, _status(error))
        except BrokenPipeError:
            _discard(sys.stdout, sys.stderr)
            raise SystemExit(0) from None
        except OSError as error:
            _discard(sys.stdout)
            where = f"{error.filename}: " if error.filename else ""
            fail(f"cannot read or write: {where}{error.strerror}", IO_ERROR)


def _status(error: ArticleSearchError) -> int:
    """The exit status after this error; that of an input or output error if it is because of one."""
    if isinstance(error, BuildFailed | SnapshotError) and isinstance(error.__cause__, OSError):
        return IO_ERROR
    return next(status for kind, status in STATUSES.items() if isinstance(error, kind))


def _open_closed_streams() -> None:
    """Open to nowhere what the caller has closed: else a file of the index would get the number of a stream."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))


def _flush_or_discard(stream: TextIO) -> None:
    """Python would end with status 120 if it could not write the rest of the output."""
    try:
        stream.flush()
    except OSError:
        _discard(stream)


def _discard(*streams: TextIO) -> None:
    """Send what the streams hold to nowhere: Python writes it when it exits, and would report the error again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream.fileno())


def fail(error: Exception | str, status: int) -> NoReturn:
    """Print the error on standard error and exit with this status."""
    warn(error)
    raise SystemExit(status)


def warn(error: BaseException | str) -> None:
    """Print the error on standard error, if that can be written."""
    with suppress(OSError):
        click.echo(f"article-search: {plain(str(error))}", err=True)


@contextmanager
def only_warning(what: str) -> Iterator[None]:
    """Print errors of the output as warnings, which begin with `what`: what was done before stays a success."""
    try:
        yield
    except FileUnusable as error:
        warn(f"{what}; {error}")
    except KeyboardInterrupt:
        warn(f"{what}; the output was interrupted")
    except OSError as error:
        _discard(sys.stdout)
        warn(f"{what}; cannot write the output: {error.strerror}")


def echo_json(value: object) -> None:
    """Print a value as one line of JSON."""
    click.echo(msgspec.json.encode(value))


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """A function to call with (done, total) that draws on standard error; None if that is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    bar = None

    def advance(done: int, total: int) -> None:
        nonlocal bar
        with suppress(OSError):  # the terminal is gone: the work goes on
            if bar is None:  # the total is known only now
                bar = click.progressbar(length=total, label=label, file=sys.stderr)
                bar.render_progress()
            bar.update(done - bar.pos)

    try:
        yield advance
    finally:
        if bar is not None:
            with suppress(OSError):
                bar.render_finish()


def show_problems(problems: Sequence[str], full_list: str) -> None:
    """Print the first problems on standard error, and `full_list` if there are more."""
    for problem in problems[:SHOWN_PROBLEMS]:
        click.echo(plain(problem), err=True)
    if len(problems) > SHOWN_PROBLEMS:
        click.echo(f"… and {len(problems) - SHOWN_PROBLEMS:,} more: {full_list}", err=True)


def plain(text: str) -> str:
    """The text without control characters."""
    return text.translate(_CONTROLS)
