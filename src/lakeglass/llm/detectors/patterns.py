"""Values that their form gives away: Presidio's pattern recognisers, and those that it lacks.

A number without a check sum or a form of its own counts only beside a word that says what it is; a check sum of one
digit is right for every tenth number. Presidio: https://microsoft.github.io/presidio/analyzer/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from presidio_analyzer import EntityRecognizer, Pattern
from presidio_analyzer import predefined_recognizers as presidio
from presidio_analyzer.nlp_engine import NoOpNlpEngine

from lakeglass.llm.detectors.base import Capabilities, Found
from lakeglass.llm.detectors.context import near, words
from lakeglass.llm.detectors.national import national_recognizers
from lakeglass.llm.detectors.own import (
    CardRecognizer,
    EmailRecognizer,
    EthereumRecognizer,
    IbanRecognizer,
    LabelledIpRecognizer,
    LoginUrlRecognizer,
    MacRecognizer,
    NamedIdRecognizer,
    SecretRecognizer,
    SsnRecognizer,
)

# Pattern recognisers look at the text alone.
_ENGINE = NoOpNlpEngine([{"lang_code": "en", "model_name": "none"}])
_ENGINE.load()
_NO_WORDS = _ENGINE.process_text("", "en")
# A pattern that Presidio scores lower needs a word beside it.
_ENOUGH = 0.5
_KOREAN = r"(?<!\d)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])-[1-8]\d{6}(?!\d)"
# Presidio's weakest pattern for it looks through the whole text at every word.
_PAN = r"\b[A-Za-z]{3}[AaBbCcFfGgHhJjLlPpTt][A-Za-z][0-9]{4}[A-Za-z]\b"
# Shorter ones are slices of arrays, or this machine.
_SHORTEST_IPV6 = 7


@dataclass(frozen=True, slots=True)
class _Known:
    """A recogniser, the placeholder of what it finds, and whether a word beside it is needed in any case."""

    recognizer: EntityRecognizer
    kind: str
    needs_word: bool = False


def _known() -> tuple[_Known, ...]:
    check_sum_of_one_digit = (
        presidio.PlPeselRecognizer(context=["pesel"]),
        presidio.TrNationalIdRecognizer(),
        presidio.ThTninRecognizer(),
        presidio.InAadhaarRecognizer(),
        presidio.NhsRecognizer(),
        presidio.AuTfnRecognizer(),
        presidio.AuMedicareRecognizer(),
        presidio.CaSinRecognizer(),
        presidio.DeTaxIdRecognizer(),
        presidio.DeHealthInsuranceRecognizer(),
        presidio.ZaIdNumberRecognizer(),
        presidio.NgNinRecognizer(),
        presidio.SePersonnummerRecognizer(),
        presidio.KrRrnRecognizer(),
    )
    of_a_form = (
        presidio.EsNifRecognizer(),
        presidio.EsNieRecognizer(),
        presidio.ItFiscalCodeRecognizer(),
        presidio.FiPersonalIdentityCodeRecognizer(),
        presidio.KrRrnRecognizer(patterns=[Pattern("dashed", _KOREAN, 0.5)]),
        presidio.InPanRecognizer(patterns=[Pattern("pan", _PAN, 0.5)]),
        presidio.SgFinRecognizer(),
        presidio.UkNinoRecognizer(),
        presidio.DeSocialSecurityRecognizer(),
        presidio.UsMbiRecognizer(),
        NamedIdRecognizer(),
        *national_recognizers(),
    )
    return (
        _Known(EmailRecognizer(), "EMAIL"),
        _Known(CardRecognizer(), "CARD"),
        _Known(IbanRecognizer(), "IBAN"),
        _Known(SsnRecognizer(), "SSN"),
        _Known(presidio.UsItinRecognizer(), "SSN"),
        _Known(presidio.IpRecognizer(), "IP_ADDRESS"),
        _Known(LabelledIpRecognizer(), "IP_ADDRESS"),
        _Known(MacRecognizer(), "MAC_ADDRESS"),
        _Known(presidio.CryptoRecognizer(), "WALLET"),
        _Known(EthereumRecognizer(), "WALLET"),
        _Known(LoginUrlRecognizer(), "LOGIN"),
        _Known(SecretRecognizer(), "SECRET"),
        *(_Known(one, "NATIONAL_ID") for one in of_a_form),
        *(_Known(one, "NATIONAL_ID", needs_word=True) for one in check_sum_of_one_digit),
    )


class PatternDetector:
    """E-mail, cards, IBAN, national ids, network addresses, wallets, logins in addresses, keys."""

    def __init__(self) -> None:
        self._known = _known()

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(kinds=frozenset(one.kind for one in self._known))

    def find(self, text: str, *, hint: str = "") -> Sequence[Found]:
        found: list[Found] = []
        for one in self._known:
            results = one.recognizer.analyze(text, one.recognizer.supported_entities, _NO_WORDS)
            for result in results:
                sure = result.score >= _ENOUGH and not one.needs_word
                if not sure and not near(
                    text, result.start, named_by=one.recognizer.context or (), hint=hint
                ):
                    continue
                if one.kind == "IP_ADDRESS" and not _is_address(text, result.start, result.end, hint):
                    continue
                found.append(Found(one.kind, result.start, result.end, max(result.score, _ENOUGH)))
        return found


def _is_address(text: str, start: int, end: int, hint: str) -> bool:
    if ":" in text[start:end] and end - start < _SHORTEST_IPV6:
        return False
    return not near(text, start, named_by=words("version"), hint=hint, unless=words("address"))
