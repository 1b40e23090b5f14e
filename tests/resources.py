"""What a process holds: open files, mapped files of snapshots, memory."""

from pathlib import Path


def open_files(process: int | str = "self") -> int:
    """The number of open descriptors of a process."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def mapped_files(process: int | str = "self") -> int:
    """The number of mapped files of snapshots in a process, including files that are removed already."""
    maps = Path(f"/proc/{process}/maps").read_text().splitlines()
    return sum("/snapshots/" in line for line in maps)
