"""The same broken code in a real sandbox: what it says of a failure is classified as what it is."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest
from tests.unit.ask.analyst_tables import context_of, save
from tests.unit.ask.broken_code import BROKEN
from tests.unit.ask.correction_bench import CONTRACT, GOOD, HEAD, orders

from lakeglass.ask.execution import COLLECTED
from lakeglass.ask.stating import judged
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.base import InputFile
from lakeglass.sandbox.service import SandboxService

# What the bench only tells of, done: without end, beyond the memory, out of the interpreter.
REAL = {
    "# takes for ever": "while True:\n    pass\n",
    "# takes all memory": "kept = []\nwhile True:\n    kept.append(bytearray(50_000_000))\n",
    "# ends the interpreter": "import os\nos._exit(3)\n",
}


# req: E6 E8
@pytest.mark.heavy
def test_a_sandbox_tells_each_kind_of_broken_code(tmp_path: Path) -> None:
    save("orders", orders(), tmp_path)
    table = context_of("orders", orders())
    inputs = [InputFile(source=tmp_path / "data" / "orders.parquet", name="orders.parquet")]

    async def classes() -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        limits = SandboxSettings(slots=0, memory_mb=768, timeout_s=8)
        async with aclosing(SandboxService(limits, root=tmp_path / "sandbox")) as sandbox:
            for name, (code, _) in {**BROKEN, "nothing": (GOOD, "")}.items():
                whole = REAL.get(code) or (code if code == GOOD else f"{HEAD}{code}\n")
                ran = await sandbox.execute("t1", "ses_1", whole, inputs=inputs, collect=COLLECTED)
                fault = judged(ran, (table,), CONTRACT)
                found[name] = fault.kind if fault else None
                # `result` of one must not pass for that of the next.
                await sandbox.execute("t1", "ses_1", "del globals()['result']", inputs=inputs)
        return found

    found = asyncio.run(classes())
    assert found.pop("nothing") is None
    assert {name: kind for name, kind in found.items() if kind != BROKEN[name][1]} == {}
