"""Uploads as they arrive: written behind the back of what comes next, whole and in order, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from random import Random

import pytest
from tests.unit.lake.conftest import TENANT, Harbour

from lakeglass.core.errors import TooLarge
from lakeglass.core.settings import LakeSettings
from lakeglass.lake import intake as module
from lakeglass.lake.engine import Engine
from lakeglass.lake.first import BYTES, FirstFigures
from lakeglass.lake.intake import file_stem
from lakeglass.lake.model import Statistics
from lakeglass.store.blobs import BlobStore

LINE = b"1,north\n"


async def arriving(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece


def test_pieces_of_any_size_are_kept_in_order(harbour: Harbour) -> None:
    dice = Random(3)
    lines = b"".join(b"%d,x\n" % number for number in range(900_000))
    cuts = sorted(dice.randrange(len(lines)) for _ in range(60))
    pieces = [lines[a:b] for a, b in zip([0, *cuts], [*cuts, len(lines)], strict=True)]
    assert len(lines) > 4 * (1 << 20)
    with harbour.lake.intake(TENANT) as upload:
        asyncio.run(upload.take(arriving([b"n,t\n", b"", *pieces])))
        received = upload.finish("numbers.csv")
    whole = b"n,t\n" + lines
    assert (received.sha256, received.size) == (hashlib.sha256(whole).hexdigest(), len(whole))
    assert harbour.lake.blobs.read(TENANT, received.sha256) == whole


# req: D1
def test_a_refusal_ends_the_upload_long_before_its_last_byte(open_harbour: Callable[..., Harbour]) -> None:
    harbour = open_harbour(max_upload_mb=1)
    sent = []

    async def endless() -> AsyncIterator[bytes]:
        while len(sent) < 1_000:
            sent.append(1)
            yield LINE * 16_384

    with harbour.lake.intake(TENANT) as upload, pytest.raises(TooLarge, match="exceeds 1 MB"):
        asyncio.run(upload.take(endless()))
    assert len(sent) < 100
    assert harbour.files() == set()


def test_a_cancelled_upload_waits_for_the_batch_in_hand_and_leaves_nothing(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, free, ended = threading.Event(), threading.Event(), threading.Event()

    def write(_: bytes) -> None:
        begun.set()
        if free.wait(20):
            ended.set()

    def waited(futures: Collection[Future[None]]) -> object:
        free.set()  # only whoever waits for the disk gets it to go on
        return wait(futures)

    async def cancelled() -> None:
        with harbour.lake.intake(TENANT) as upload:
            monkeypatch.setattr(upload, "write", write)
            task = asyncio.create_task(upload.take(arriving([LINE * (1 << 19)] * 3)))
            await asyncio.to_thread(begun.wait, 20)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    monkeypatch.setattr(module, "wait", waited)
    asyncio.run(cancelled())
    assert ended.is_set()
    assert harbour.files() == set()


class Watched(FirstFigures):
    """Tells how often it was asked to begin."""

    asked = 0

    def begin(self, head: bytes) -> Future[Statistics | None] | None:
        self.asked += 1
        return super().begin(head)


@pytest.mark.parametrize(("patience_s", "asked"), [(-1.0, 1), (1e9, 0)])
def test_a_slow_upload_has_its_first_figures_begun_before_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience_s: float, asked: int
) -> None:
    monkeypatch.setattr(module, "_PATIENCE_S", patience_s)
    first = Watched(Engine(LakeSettings(threads=1), spill=tmp_path / "spill"))
    blobs = BlobStore(tmp_path / "blobs")
    with (
        ThreadPoolExecutor(1) as pool,
        module.receive("t", blobs, limit_mb=9, in_use=lambda _: False, first=first, pool=pool) as upload,
    ):
        for _ in range(4):
            upload.write(b"n,place\n" + LINE * (BYTES // len(LINE)))
        assert first.asked == asked
        upload.finish("a.csv")
        assert first.asked == 1
        upload.abandon()


def test_reading_gives_way_to_first_figures_in_the_making(tmp_path: Path) -> None:
    first = FirstFigures(Engine(LakeSettings(threads=1), spill=tmp_path / "spill"))
    begun: Future[Statistics | None] = Future()
    begun.set_running_or_notify_cancel()

    async def go() -> None:
        await first.settle("t", "another")
        first.keep("t", "sha", begun)
        reading = asyncio.create_task(first.settle("t", "sha"))
        await asyncio.sleep(0)
        assert not reading.done()
        begun.set_result(None)
        await reading
        await first.settle("t", "sha")

    asyncio.run(go())


# req: E3
@pytest.mark.parametrize(
    ("label", "stem"),
    [
        ("Shop orders (2).csv", "shop_orders_2"),
        ("orders of jane.doe@example.com.csv", "orders_of_email"),
        ("calls of +49 30 901820 in May.xlsx", "calls_of_phone_in_may"),
        ("card 4539 1488 0343 6467.csv", "card_card"),
        ("order 4539 1488 0343 6468.csv", "order_4539_1488_0343_6468"),
        ("2024-01-02 figures 10:30.csv", "data_2024_01_02_figures_10_30"),
    ],
)
def test_a_personal_value_in_the_name_of_a_file_is_no_part_of_what_code_calls_it(
    label: str, stem: str
) -> None:
    assert file_stem(label) == stem
