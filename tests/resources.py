"""What a process holds: open files, mapped snapshots, memory."""

import os
import re
from contextlib import suppress
from pathlib import Path


def open_files(process: int | str = "self") -> int:
    """The number of open descriptors of a process."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def open_files_below(folder: Path) -> list[str]:
    """The files and folders below a folder that this process has open, without those of threads of other tests."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found.append(str(descriptor.readlink()))
    return [path for path in found if path.startswith(f"{folder}/")]


def mapped_files(process: int | str = "self") -> int:
    """The number of mapped files of snapshots in a process, including removed ones."""
    return len(_mapped(process))


def mapped_snapshots(process: int | str = "self") -> set[str]:
    """The names of the snapshots that a process has mapped, including removed ones."""
    return set(_mapped(process))


def _mapped(process: int | str) -> list[str]:
    maps = Path(f"/proc/{process}/maps").read_text(encoding="utf-8")
    return re.findall(r"/snapshots/(?:\.removed-)?([^/\n]+)/", maps)


def resident_bytes(process: int | str = "self") -> int:
    """The memory of a process, including what it shares with others."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def anonymous_memory(process: int | str = "self") -> int:
    """The bytes of a process's memory that are not mapped files."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return sum(int(kibibytes) * 1024 for kibibytes in re.findall(r"^RssAnon:\s+(\d+) kB$", status, re.MULTILINE))


def descendants(process: int) -> list[int]:
    """The process, its children, their children and so on."""
    found = [process]
    for parent in found:
        for thread in Path(f"/proc/{parent}/task").iterdir():
            found += map(int, (thread / "children").read_text(encoding="utf-8").split())
    return found
