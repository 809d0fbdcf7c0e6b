"""No call once the day's money of a tenant is used up."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from lakeglass.core.errors import BudgetSpent
from lakeglass.llm.layers.base import Call, Handler
from lakeglass.llm.model import Reply


class Budget:
    """`spent` tells what a tenant's calls cost since midnight (UTC), in US dollars."""

    name = "budget"

    def __init__(self, daily_usd: float | None, spent: Callable[[str], Decimal]) -> None:
        self._limit = None if daily_usd is None else Decimal(str(daily_usd))
        self._spent = spent

    async def handle(self, call: Call, then: Handler) -> Reply:
        """Raises BudgetSpent."""
        if self._limit is not None and self._spent(call.tenant_id) >= self._limit:
            raise BudgetSpent(
                f"Today's budget of {self._limit.normalize():f} USD for models is used up; it starts anew at midnight "
                "UTC. Raise LAKEGLASS_MODEL__DAILY_USD to go on now; the built-in analyst costs nothing."
            )
        return await then(call)
