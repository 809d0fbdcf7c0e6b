"""Money: a decimal amount with its currency, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in one currency (ISO 4217 code); adding two currencies is an error."""

    amount: Decimal = Decimal(0)
    currency: str = "USD"

    def __add__(self, other: Money) -> Money:
        """Add an amount of the same currency; raises ValueError for another one."""
        if other.currency != self.currency:
            raise ValueError(f"can't add {other.currency} to {self.currency}; convert one of them first")
        return Money(self.amount + other.amount, self.currency)

    def __str__(self) -> str:
        """For people, such as `0.0042 USD`."""
        return f"{self.amount.normalize():f} {self.currency}"
