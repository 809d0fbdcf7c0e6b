"""National ids and US social security numbers with right check digits."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

from tests.corpora.personal import checks as ck
from tests.corpora.personal.types import Value

_CONSONANTS = "BCDFGLMNPRST"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digits(rng: random.Random, count: int, first: str = "0123456789") -> str:
    """Random digits, the first one out of `first`."""
    return rng.choice(first) + "".join(rng.choice("0123456789") for _ in range(count - 1))


def birthday(rng: random.Random) -> date:
    """A birthday between 1940 and 2005."""
    return date(1940, 1, 1) + timedelta(days=rng.randrange(365 * 65))


def seek(make: Callable[[], str], passes: Callable[[str], bool]) -> str:
    """Draw until the check passes."""
    while True:
        text = make()
        if passes(text):
            return text


def _made(text: str, word: bool, labels: str, keys: str) -> Value:
    return Value("NATIONAL_ID", text, word, tuple(labels.split("|")), tuple(keys.split("|")))


def _nir(rng: random.Random) -> Value:
    day = birthday(rng)
    place = rng.choice(("75", "13", "69", "33", "59", "31", "2A", "2B", "99"))
    body = f"{rng.choice('12')}{day:%y%m}{place}{rng.randrange(1, 600):03}{rng.randrange(1, 500):03}"
    key = 97 - int(body.replace("2A", "19").replace("2B", "18")) % 97
    text = f"{body}{key:02}"
    if rng.random() < 0.5:
        cuts = (0, 1, 3, 5, 7, 10, 13, 15)
        text = " ".join(text[a:b] for a, b in pairwise(cuts))
    return _made(text, True, "NIR|n° de sécurité sociale|numéro de sécu", "nir|numero_secu|num_secu_sociale")


def _dni(rng: random.Random) -> Value:
    if rng.random() < 0.4:
        text = seek(lambda: rng.choice("XYZ") + digits(rng, 7) + rng.choice(_UPPER), ck.dni_ok)
        shown = rng.choice((text, f"{text[0]}-{text[1:8]}-{text[8]}", f"{text[:8]}-{text[8]}"))
        return _made(shown, False, "NIE|N.I.E.", "nie|documento")
    text = seek(lambda: digits(rng, 8, "1234567") + rng.choice(_UPPER), ck.dni_ok)
    dotted = f"{text[:2]}.{text[2:5]}.{text[5:8]}-{text[8]}"
    shown = rng.choice((text, text.lower(), f"{text[:8]}-{text[8]}", dotted))
    return _made(shown, False, "DNI|NIF|documento", "dni|nif|documento")


def _codice_fiscale(rng: random.Random) -> Value:
    day, female = birthday(rng), rng.random() < 0.5
    letters = "".join(rng.choice(_CONSONANTS) for _ in range(6))
    number = day.day + (40 if female else 0)
    place = rng.choice(("H501", "F205", "F839", "L219", "A944", "D612", "G273", "A662"))
    body = f"{letters}{day:%y}{'ABCDEHLMPRST'[day.month - 1]}{number:02}{place}"
    text = seek(lambda: body + rng.choice(_UPPER), ck.codice_fiscale_ok)
    spaced = f"{text[:3]} {text[3:6]} {text[6:11]} {text[11:]}"
    shown = rng.choice((text, text, text.lower(), spaced))
    return _made(shown, shown == spaced, "codice fiscale|C.F.|CF", "codice_fiscale|cod_fiscale")


def _cpf(rng: random.Random) -> Value:
    text = seek(lambda: digits(rng, 11), ck.cpf_ok)
    if rng.random() < 0.6:
        return _made(f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}", False, "CPF|CPF nº", "cpf|nr_cpf")
    return _made(text, True, "CPF|CPF nº", "cpf|cpf_cliente")


def _ahv(rng: random.Random) -> Value:
    text = seek(lambda: "756" + digits(rng, 10), ck.ean13_ok)
    if rng.random() < 0.7:
        return _made(f"756.{text[3:7]}.{text[7:11]}.{text[11:]}", False, "AHV-Nr.|AHV|N° AVS", "ahv_nr|avs")
    return _made(text, True, "AHV-Nr.|AHV-Nummer|Sozialversicherungsnummer", "ahv_nr|ahv_nummer")


def _china(rng: random.Random) -> Value:
    place = rng.choice(("110101", "310104", "440305", "330106", "510104", "420106", "320102"))
    body = f"{place}{birthday(rng):%Y%m%d}{digits(rng, 3)}"
    text = seek(lambda: body + rng.choice("0123456789X"), ck.china_ok)
    return _made(text, not text.endswith("X"), "身份证|身份证号|公民身份号码", "id_card_no|sfzh")


def _curp(rng: random.Random) -> Value:
    day = birthday(rng)
    start = rng.choice("GHMRL") + rng.choice("AEIOU") + rng.choice(_CONSONANTS) + rng.choice(_CONSONANTS)
    state = rng.choice(("DF", "JC", "NL", "MC", "PL", "VZ", "GT"))
    tail = "".join(rng.choice(_CONSONANTS) for _ in range(3))
    mark = rng.choice("AB") if day.year >= 2000 else "0"
    body = f"{start}{day:%y%m%d}{rng.choice('HM')}{state}{tail}{mark}"
    text = seek(lambda: body + digits(rng, 1), ck.curp_ok)
    return _made(rng.choice((text, text, text.lower())), False, "CURP", "curp|clave_curp")


def _pesel(rng: random.Random) -> Value:
    day = birthday(rng)
    month = day.month + (20 if day.year >= 2000 else 0)
    text = seek(lambda: f"{day:%y}{month:02}{day:%d}{digits(rng, 5)}", ck.pesel_ok)
    return _made(text, True, "PESEL|nr PESEL|numer PESEL", "pesel|nr_pesel")


def _personnummer(rng: random.Random) -> Value:
    day = birthday(rng)
    text = seek(lambda: f"{day:%y%m%d}{digits(rng, 4)}", ck.luhn_ok)
    full = f"{day:%Y}{text[2:]}"
    shown, word = rng.choice(
        (
            (f"{text[:6]}-{text[6:]}", True),
            (f"{full[:8]}-{full[8:]}", False),
            (full, True),
            (text, True),
        )
    )
    return _made(shown, word, "personnummer|pers.nr", "personnummer|pnr")


def _hetu(rng: random.Random) -> Value:
    day = birthday(rng)
    sign = rng.choice("AAB") if day.year >= 2000 else rng.choice("---Y")
    body = f"{day:%d%m%y}{sign}{rng.randrange(2, 900):03}"
    text = seek(lambda: body + rng.choice("0123456789ABCDEFHJKLMNPRSTUVWXY"), ck.hetu_ok)
    return _made(text, False, "henkilötunnus|hetu", "hetu|henkilotunnus")


def _rrn(rng: random.Random) -> Value:
    day = birthday(rng)
    sex = rng.choice("34" if day.year >= 2000 else "12")
    text = seek(lambda: f"{day:%y%m%d}{sex}{digits(rng, 6)}", ck.rrn_ok)
    if rng.random() < 0.7:
        return _made(f"{text[:6]}-{text[6:]}", False, "주민등록번호|주민번호", "rrn|jumin_no")
    return _made(text, True, "주민등록번호|주민번호", "rrn|jumin_no")


def _india(rng: random.Random) -> Value:
    if rng.random() < 0.5:
        letters = "".join(rng.choice(_UPPER) for _ in range(3))
        text = f"{letters}P{rng.choice(_UPPER)}{rng.randrange(1, 9999):04}{rng.choice(_UPPER)}"
        return _made(text, False, "PAN|PAN number|पैन", "pan|pan_no")
    text = seek(lambda: digits(rng, 12, "23456789"), ck.verhoeff_ok)
    shown = rng.choice((text, f"{text[:4]} {text[4:8]} {text[8:]}", f"{text[:4]}-{text[4:8]}-{text[8:]}"))
    return _made(shown, True, "Aadhaar|आधार|Aadhaar number|आधार नंबर", "aadhaar|aadhaar_no")


def _nino(rng: random.Random) -> Value:
    prefix = rng.choice(("AB", "CE", "EH", "HJ", "JM", "LP", "NR", "PW", "SX", "WM", "YZ", "KC"))
    text = f"{prefix}{digits(rng, 6)}{rng.choice('ABCD')}"
    spaced = f"{text[:2]} {text[2:4]} {text[4:6]} {text[6:8]} {text[8]}"
    shown = rng.choice((text, spaced, text.lower()))
    return _made(shown, shown.islower(), "NI number|NINO|National Insurance no.", "nino|ni_number")


def _turkey(rng: random.Random) -> Value:
    text = seek(lambda: digits(rng, 11, "123456789"), ck.turkey_ok)
    return _made(text, True, "TC kimlik no|T.C. Kimlik No|TCKN", "tc_kimlik_no|tckn")


def _steuer(rng: random.Random) -> Value:
    def make() -> str:
        pool = rng.sample("0123456789", 9)
        pool.insert(rng.randrange(10), rng.choice(pool))
        return "".join(pool) + rng.choice("0123456789")

    text = seek(make, ck.steuer_ok)
    shown = rng.choice((text, f"{text[:2]} {text[2:5]} {text[5:8]} {text[8:]}"))
    return _made(shown, True, "Steuer-ID|IdNr.|Steueridentifikationsnummer", "steuer_id|steuer_idnr")


NATIONAL: dict[str, Callable[[random.Random], Value]] = {
    "FR": _nir,
    "ES": _dni,
    "IT": _codice_fiscale,
    "BR": _cpf,
    "CH": _ahv,
    "CN": _china,
    "MX": _curp,
    "PL": _pesel,
    "SE": _personnummer,
    "FI": _hetu,
    "KR": _rrn,
    "IN": _india,
    "GB": _nino,
    "TR": _turkey,
    "DE": _steuer,
}

_VERIFY: dict[str, Callable[[str], bool]] = {
    "FR": ck.nir_ok,
    "ES": ck.dni_ok,
    "IT": ck.codice_fiscale_ok,
    "BR": ck.cpf_ok,
    "CH": ck.ean13_ok,
    "CN": ck.china_ok,
    "MX": ck.curp_ok,
    "PL": ck.pesel_ok,
    "KR": ck.rrn_ok,
    "TR": ck.turkey_ok,
    "DE": ck.steuer_ok,
}


def national_ok(country: str, text: str) -> bool:
    """Whether a planted national id passes its country's check."""
    plain = ck.compact(text)
    if country == "SE":
        return ck.luhn_ok(plain[-10:])
    if country == "FI":
        return ck.hetu_ok(text)
    if country == "IN":
        return ck.verhoeff_ok(plain) if plain.isdigit() else len(plain) == 10 and plain[3] == "P"
    if country == "GB":
        return len(plain) == 9 and plain[2:8].isdigit()
    return _VERIFY[country](plain)


def ssn(rng: random.Random) -> Value:
    """A US social security number: formatted, spaced or bare."""
    area = rng.choice([n for n in range(1, 900) if n != 666])
    parts = (f"{area:03}", f"{rng.randrange(1, 100):02}", f"{rng.randrange(1, 10000):04}")
    separator = rng.choice(("-", "-", "-", " ", ""))
    labels = ("SSN", "social security number", "Social Security no.", "soc sec #")
    return Value("SSN", separator.join(parts), separator != "-", labels, ("ssn", "social_security_number"))
