"""An open snapshot: everything that a search reads, mapped into memory."""

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import msgspec
import numpy as np

from search.article import Article
from search.snapshot.file_table import NO_DOCUMENT, FileTable, digest
from search.snapshot.integrity import Integrity
from search.snapshot.manifest import Manifest
from search.snapshot.segment import Segment
from search.snapshot.stored_file import StoredFile
from search.snapshot.word_dictionary import WordDictionary

decode_article: Final = msgspec.json.Decoder(Article).decode


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open snapshot: mapped and immutable."""

    name: str
    folder: Path
    manifest: Manifest
    segment: Segment
    dictionary: WordDictionary
    files: FileTable
    stored_files: tuple[StoredFile, ...]
    integrity: Integrity

    @classmethod
    def load(cls, folder: Path, manifest: Manifest, *, verify: bool = False) -> Self:
        """Map the snapshot in `folder`, after its checksums are verified if `verify` is set.

        Raises OSError, `SnapshotDamaged` or `MsgspecError`."""
        integrity = Integrity(folder, manifest)
        if verify:
            manifest.verify(folder)
        segment = Segment.load(folder, manifest.segment)
        stored_files = tuple(StoredFile(folder / file) for file in segment.stored_files)
        dictionary, files = WordDictionary.load(folder), FileTable.load(folder)
        return cls(folder.name, folder, manifest, segment, dictionary, files, stored_files, integrity)

    def line(self, document: int) -> bytes:
        """The stored article as JSON."""
        segment = self.segment
        file = self.stored_files[int(segment.stored_file[document])]
        return file.line(int(segment.stored_start[document]), int(segment.stored_length[document]))

    def article(self, document: int) -> Article:
        return decode_article(self.line(document))

    def check(self) -> list[str]:
        """Contradictions within the snapshot, as sentences; empty if it is sound."""
        faults = [*self.segment.check(), *self.dictionary.check()]
        if self.manifest.articles != len(self.segment):
            faults.append(f"the manifest counts {self.manifest.articles} articles, the index has {len(self.segment)}")
        if self.manifest.content != self.files.content():
            faults.append("the manifest names other articles than the file table")
        if faults:
            return faults
        with_article = np.flatnonzero(self.files.documents != NO_DOCUMENT)
        files = with_article[np.argsort(self.files.documents[with_article])]
        if not np.array_equal(self.files.documents[files], np.arange(len(self.segment))):
            return ["the file table does not match the documents"]
        for document, file in enumerate(files.tolist()):
            id = self.files.ids[file]
            try:
                if digest(self.line(document)) != self.files.digests[file].tobytes():
                    faults.append(f"document {document} ({id}) is another version than in the file table")
                elif self.article(document).id != id:
                    faults.append(f"document {document} is stored under another id than {id}")
            except (msgspec.MsgspecError, zlib.error) as error:
                faults.append(f"document {document} ({id}) cannot be decoded: {error}")
        return faults
