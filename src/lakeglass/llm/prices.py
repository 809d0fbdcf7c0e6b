"""What calls cost, by the price list of `genai-prices`, whose release is its date; a provider's own figure wins."""

from __future__ import annotations

from decimal import Decimal

from lakeglass.llm.model import ModelRef, Usage


def cost(model: ModelRef, usage: Usage) -> Decimal | None:
    """US dollars for this many tokens; None for a model that the list does not know."""
    # Part of the extra `model`, like the providers that are asked before this.
    from genai_prices import Usage as PricedUsage
    from genai_prices import calc_price

    tokens = PricedUsage(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens)
    try:
        priced = calc_price(tokens, model.name, provider_id=model.provider)
    except LookupError:
        return None
    return Decimal(str(priced.total_price))
