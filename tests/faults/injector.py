"""Makes one file operation of this process fail, or kills the process at it.

Wraps the functions of `os`, `fcntl` and `mmap` and Python's file objects, for paths below one folder.  It cannot be
removed again: install it in a forked child.  Threads are replaced by calls, so that operations have numbers.
"""

import builtins
import errno
import fcntl
import io
import mmap
import os
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any, Final

import search.arrays
import search.snapshot.manifest
import search.snapshot.store

ERRORS: Final = (errno.ENOSPC, errno.EIO, errno.EMFILE, errno.EACCES, errno.ENOMEM)
KILLED: Final = 137
"""The exit status of a process that an injector killed."""

CHANGES: Final = (
    "create", "write", "fsync", "mkdir", "rename", "replace", "link", "unlink", "remove", "rmdir", "chmod", "utime",
)  # fmt: skip
"""The operations that change what is on the disk."""

_BY_PATH: Final = (
    "open", "mkdir", "rename", "replace", "link", "unlink", "remove", "rmdir", "chmod", "utime", "listdir", "scandir",
    "stat", "lstat", "statvfs",
)  # fmt: skip
_BY_DESCRIPTOR: Final = ("fsync", "fstat")

AT_THE_END: Final = 0
"""In place of the number of an operation: after the last one."""

Fault = Callable[[], None]


def fail(number: int) -> Fault:
    """A fault that raises this OSError."""

    def raise_error() -> None:
        raise OSError(number, os.strerror(number))

    return raise_error


def kill() -> None:
    """A fault that ends the process without any cleanup."""
    os._exit(KILLED)


def nothing() -> None:
    """No fault."""


class Injector:
    """Counts the operations below `folder`; at the operation number `at`, from 1, happens `fault`.

    `watch` is called after each successful operation with its name and its path."""

    def __init__(
        self, folder: Path, at: int, fault: Fault, watch: Callable[[str, str], None] = lambda _name, _path: None
    ) -> None:
        self.operations: list[str] = []
        self._folder = f"{folder}/"
        self._at = at
        self._fault = fault
        self._watch = watch
        self._readlink = os.readlink

    def install(self) -> None:
        for name in (*_BY_PATH, *_BY_DESCRIPTOR):
            setattr(os, name, self._wrapped(name, getattr(os, name)))
        fcntl.flock = self._wrapped("flock", fcntl.flock)
        mmap.mmap = search.arrays.mmap = self._wrapped("mmap", mmap.mmap)  # type: ignore[misc, attr-defined]
        io.FileIO = self._file_class()  # type: ignore[misc]
        io.open = builtins.open = self._open(builtins.open)
        for module in (search.snapshot.manifest, search.snapshot.store):
            module.ThreadPoolExecutor = Inline  # type: ignore[attr-defined]

    def end(self) -> None:
        """The command has ended."""
        if self._at == AT_THE_END:
            self._fault()

    def path_of(self, place: Any, dir_fd: int | None = None) -> str:
        """The path of a file that is named or open."""
        place = place.fileno() if hasattr(place, "fileno") else place
        if isinstance(place, int):
            try:
                return self._readlink(f"/proc/self/fd/{place}") if place >= 0 else ""
            except OSError:
                return ""
        path = os.fspath(place)
        path = path.decode() if isinstance(path, bytes) else path
        return os.path.join(self.path_of(dir_fd), path) if dir_fd is not None else os.path.abspath(path)  # noqa: PTH118, PTH100

    def reach(self, name: str, path: str) -> bool:
        """Count an operation; whether it is the one at which the fault happens."""
        if not f"{path}/".startswith(self._folder):
            return False
        self.operations.append(f"{name} {path.removeprefix(self._folder)}")
        return len(self.operations) == self._at

    def done(self, name: str, path: str) -> None:
        if f"{path}/".startswith(self._folder):
            self._watch(name, path)

    def _wrapped(self, name: str, real: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            place = args[0] if args else "."
            path = self.path_of(place, kwargs.get("dir_fd"))
            creates = name == "open" and args[1] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if self.reach("create" if creates else name, path):
                self._fault()
            result = real(*args, **kwargs)
            self.done(name, path)
            return result

        return call

    def _file_class(injector) -> type[io.FileIO]:  # noqa: N805
        class File(io.FileIO):
            def __init__(self, file: Any, mode: str = "r", closefd: bool = True, opener: Any = None) -> None:
                path = injector.path_of(file)
                if opener is None and injector.reach("open" if mode == "r" else "create", path):
                    injector._fault()
                self.path = path
                super().__init__(file, mode, closefd, opener)

            def write(self, content: Any) -> int:
                if injector.reach("write", self.path):
                    super().write(memoryview(content).cast("B")[: memoryview(content).nbytes // 2])
                    injector._fault()
                return super().write(content)

            def read(self, size: int | None = -1) -> Any:
                if injector.reach("read", self.path):
                    injector._fault()
                return super().read(size)

            def readall(self) -> bytes:
                if injector.reach("read", self.path):
                    injector._fault()
                return super().readall()

            def readinto(self, buffer: Any) -> Any:
                if injector.reach("read", self.path):
                    injector._fault()
                return super().readinto(buffer)

            def close(self) -> None:
                fault = not self.closed and injector.reach("close", self.path)
                super().close()
                if fault:
                    injector._fault()

        return File

    def _open(self, real: Any) -> Any:
        def opened(
            file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None, errors: str | None = None,
            newline: str | None = None, closefd: bool = True, opener: Any = None,
        ) -> Any:  # fmt: skip
            if isinstance(file, int) or not f"{self.path_of(file)}/".startswith(self._folder):
                return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
            raw = io.FileIO(file, mode.replace("b", "").replace("t", ""), closefd, opener)
            if buffering == 0:
                return raw
            kind = io.BufferedRandom if "+" in mode else io.BufferedReader if "r" in mode else io.BufferedWriter
            buffered = kind(raw)
            return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

        return opened


class Inline(Executor):
    """Calls each function at once."""

    def __init__(self, _threads: int | None = None) -> None: ...

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as in a thread
            future.set_exception(error)
        return future
