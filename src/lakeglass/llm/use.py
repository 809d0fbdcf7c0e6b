"""What models took for one question or many: calls, tokens, money, time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from lakeglass.llm.ledger import CallView


class ModelUse(BaseModel):
    """Sums over calls. `cost_usd` is over the calls whose price is known, `unpriced` are the others; `retries` are
    attempts beyond the first one of each call, `failed` the calls that ended without a reply; times are seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal
    unpriced: int
    retries: int
    cached: int
    failed: int
    seconds: float
    seconds_p50: float
    seconds_p95: float

    @property
    def words(self) -> str:
        """One line for a person."""
        calls = "1 call" if self.calls == 1 else f"{self.calls:,} calls"
        cost = f"{self.cost_usd.normalize():f} USD" if self.unpriced < self.calls else "cost unknown"
        return (
            f"Model: {calls}, {self.input_tokens:,} tokens sent, {self.output_tokens:,} received, {cost}, "
            f"{self.seconds:.1f} s, {self.retries} {'retry' if self.retries == 1 else 'retries'}"
        )


def used(calls: Sequence[CallView]) -> ModelUse:
    """The sums over `calls`."""
    seconds = sorted(call.seconds for call in calls)
    return ModelUse(
        calls=len(calls),
        input_tokens=sum(call.usage.input_tokens for call in calls),
        output_tokens=sum(call.usage.output_tokens for call in calls),
        cost_usd=sum((call.cost_usd for call in calls if call.cost_usd is not None), Decimal(0)),
        unpriced=sum(call.cost_usd is None for call in calls),
        retries=sum(max(0, call.attempts - 1) for call in calls),
        cached=sum(call.cached for call in calls),
        failed=sum(unheard(call) for call in calls),
        seconds=sum(seconds),
        seconds_p50=seconds[len(seconds) // 2] if seconds else 0.0,
        seconds_p95=seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))] if seconds else 0.0,
    )


def unheard(call: CallView) -> bool:
    """Whether a call ended without a reply."""
    return call.outcome not in {"ok", "length", "refused"}
