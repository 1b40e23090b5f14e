"""Results of the engine and the index they are from."""

from typing import cast

from msgspec.structs import replace

from search import Engine, IndexInfo, Settings
from tests.fake_engine import INFO
from web.service import Service


class SwitchingEngine:
    """An engine that opens the next snapshot during the first call."""

    def __init__(self) -> None:
        self.snapshot = "first"

    def info(self, at: str | None = None) -> IndexInfo:  # noqa: ARG002
        return replace(INFO, snapshot=self.snapshot)

    def switch(self) -> str:
        before, self.snapshot = self.snapshot, "second"
        return before


def test_call_is_repeated_if_the_index_changes_during_it() -> None:
    engine = SwitchingEngine()
    service = Service(Settings(), cast(Engine, engine), "version")
    index, result = service.call_engine(lambda _: engine.switch())
    assert (index.snapshot, result) == ("second", "second")
