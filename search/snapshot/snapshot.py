"""An open snapshot: everything that a search reads, mapped into memory."""

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from search.article import Article
from search.snapshot.file_table import NO_DOCUMENT, FileTable
from search.snapshot.manifest import Manifest
from search.snapshot.segment import Segment
from search.snapshot.word_dictionary import WordDictionary

_decode: Final = msgspec.json.Decoder(Article).decode


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open snapshot: mapped and immutable."""

    name: str
    folder: Path
    manifest: Manifest
    segment: Segment
    dictionary: WordDictionary
    files: FileTable
    stored_files: tuple[mmap.mmap, ...]

    def line(self, document: int) -> bytes:
        """The stored article as JSON."""
        segment = self.segment
        start = int(segment.stored_start[document])
        file = self.stored_files[segment.stored_file[document]]
        line: bytes = file[start : start + int(segment.stored_length[document])]
        return line

    def article(self, document: int) -> Article:
        """The stored article."""
        return _decode(self.line(document))

    def check(self) -> list[str]:
        """Contradictions within the snapshot, as sentences; empty if it is sound."""
        faults = [*self.segment.check(), *self.dictionary.check()]
        if faults:
            return faults
        documents = self.files.documents[self.files.documents != NO_DOCUMENT]
        if sorted(documents.tolist()) != list(range(len(self.segment))):
            faults.append("the file table does not match the documents")
        for document, id in enumerate(self._ids()):
            try:
                if msgspec.json.decode(self.line(document), type=Article).id != id:
                    faults.append(f"document {document} is stored under another id than {id}")
            except msgspec.MsgspecError as error:
                faults.append(f"document {document} ({id}) cannot be decoded: {error}")
        return faults

    def _ids(self) -> list[str | None]:
        """The id of each document according to the file table; None for documents that are not in it."""
        ids: list[str | None] = [None] * len(self.segment)
        for file, document in enumerate(self.files.documents.tolist()):
            if document < len(ids):
                ids[document] = self.files.ids[file]
        return ids
