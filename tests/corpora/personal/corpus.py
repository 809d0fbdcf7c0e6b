"""A deterministic test corpus for the detection of personal data.

`cases` are texts as they reach a language model from a data platform, `encoded` hides the values,
`check` proves that spans and checksums hold.
"""

from __future__ import annotations

import ipaddress
import random
import re
from collections import Counter
from collections.abc import Callable

from tests.corpora.personal import checks as ck
from tests.corpora.personal.countries import COUNTRIES
from tests.corpora.personal.encoded import encoded_case
from tests.corpora.personal.frames import FRAMES, Scene
from tests.corpora.personal.ids import NATIONAL, national_ok
from tests.corpora.personal.money import iban_shape_ok
from tests.corpora.personal.phones import PLANS
from tests.corpora.personal.types import KINDS, Case, Planted

__all__ = ["KINDS", "Case", "Planted", "cases", "check", "encoded"]


def _countries(rng: random.Random, count: int) -> list[str]:
    """Countries in shuffled rounds; those with a national id and the US more than once a round."""
    picked: list[str] = []
    while len(picked) < count:
        turn = [*COUNTRIES, *NATIONAL, "US", "US", "US"]
        rng.shuffle(turn)
        picked += turn
    return picked[:count]


def cases(seed: int = 1, count: int = 1500) -> list[Case]:
    """Texts with planted values and near-misses."""
    rng = random.Random(seed)
    frames, weights = tuple(FRAMES), tuple(FRAMES.values())
    return [rng.choices(frames, weights)[0](Scene(rng, country)) for country in _countries(rng, count)]


def encoded(seed: int = 1, count: int = 200) -> list[Case]:
    """Texts whose value is hidden by an encoding."""
    rng = random.Random(f"encoded-{seed}")
    return [encoded_case(Scene(rng, country)) for country in _countries(rng, count)]


_KNOWN: tuple[tuple[Callable[[str], bool], str], ...] = (
    (ck.luhn_ok, "4111111111111111"),
    (ck.iban_ok, "DE89370400440532013000"),
    (ck.cpf_ok, "52998224725"),
    (ck.pesel_ok, "44051401359"),
    (ck.ean13_ok, "7569217076985"),
    (ck.china_ok, "11010519491231002X"),
    (ck.hetu_ok, "131052-308T"),
    (ck.luhn_ok, "8112189876"),
    (ck.nir_ok, "255081416802538"),
    (ck.dni_ok, "12345678Z"),
    (ck.dni_ok, "X1234567L"),
    (ck.codice_fiscale_ok, "RSSMRA85T10A562S"),
    (ck.turkey_ok, "10000000146"),
    (ck.steuer_ok, "86095742719"),
    (ck.verhoeff_ok, "2363"),
    (ck.rrn_ok, "9710139019902"),
    (ck.isbn10_ok, "080442957X"),
    (ck.curp_ok, "BOXW310820HNERXN09"),
    (ck.wallet_ok, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    (ck.wallet_ok, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
    (ck.wallet_ok, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    (ck.wallet_ok, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
    (ck.wallet_ok, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
)


def _phone_ok(text: str, country: str) -> bool:
    plain = re.sub(r"\D", "", text)
    return 8 <= len(plain) <= 16 and country in PLANS


def _ssn_ok(text: str) -> bool:
    plain = ck.compact(text)
    area, group, serial = int(plain[:3]), int(plain[3:5]), int(plain[5:])
    return len(plain) == 9 and area not in (0, 666) and area < 900 and group > 0 and serial > 0


def _right(kind: str, text: str, country: str) -> bool:
    """Whether a planted text is a right value of its kind."""
    plain = ck.compact(text)
    rules: dict[str, Callable[[], bool]] = {
        "EMAIL": lambda: text.count("@") == 1 and " " not in text,
        "PHONE": lambda: _phone_ok(text, country),
        "CARD": lambda: 12 <= len(plain) <= 19 and ck.luhn_ok(plain),
        "IBAN": lambda: iban_shape_ok(plain),
        "SSN": lambda: _ssn_ok(text),
        "NATIONAL_ID": lambda: national_ok(country, text),
        "IP_ADDRESS": lambda: bool(ipaddress.ip_address(text)),
        "MAC_ADDRESS": lambda: len(plain) == 12 and all(char in "0123456789ABCDEF" for char in plain),
        "WALLET": lambda: ck.wallet_ok(text),
        "LOGIN": lambda: ":" in text and "@" not in text,
    }
    return rules[kind]()


def _free(case: Case, near: str) -> bool:
    """Whether a near-miss stands somewhere outside the planted values."""
    start = case.text.find(near)
    while start >= 0:
        end = start + len(near)
        if all(end <= span.start or start >= span.end for span in case.planted):
            return True
        start = case.text.find(near, start + 1)
    return False


def _check_spans(case: Case) -> None:
    last = 0
    for span in case.planted:
        assert span.kind in KINDS, span
        assert last <= span.start < span.end <= len(case.text), (span, case)
        last = span.end
    for near in case.near_misses:
        assert near, case
        assert _free(case, near), (near, case)
    assert "<v>" not in case.text, case
    assert "<n>" not in case.text, case


def check(seed: int = 1) -> None:
    """Assert that the algorithms hold on public examples, and spans and checksums on the corpus."""
    for verify, example in _KNOWN:
        assert verify(example), example
        assert not verify(example[:-1] + ("3" if example[-1] != "3" else "4")), example
    plain = cases(seed)
    assert plain == cases(seed)
    assert encoded(seed) == encoded(seed)
    for case in plain:
        _check_spans(case)
        for span in case.planted:
            text = case.text[span.start : span.end]
            assert _right(span.kind, text, case.country), (span.kind, text, case.country)
    for case in encoded(seed):
        _check_spans(case)
    assert len({case.country for case in plain}) >= 20
    assert {span.kind for case in plain for span in case.planted} == set(KINDS)


def counts(made: list[Case]) -> tuple[Counter[str], Counter[str]]:
    """Planted values by kind and by country."""
    kinds = Counter(span.kind for case in made for span in case.planted)
    countries = Counter(case.country for case in made for _ in case.planted)
    return kinds, countries


if __name__ == "__main__":
    for number in range(1, 6):
        check(number)
    for made in (cases(), encoded()):
        print(len(made), sum(not case.planted for case in made), sum(len(c.near_misses) for c in made))
        for counter in counts(made):
            print(dict(counter.most_common()))
