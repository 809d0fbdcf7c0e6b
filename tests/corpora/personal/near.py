"""Near-misses: what looks like a personal value and is none."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from tests.corpora.personal import checks as ck
from tests.corpora.personal.ids import digits, seek
from tests.corpora.personal.near_code import code_near, describe_near, frame_near, hash_near
from tests.corpora.personal.types import Near


def harmless(text: str) -> bool:
    """No card by chance: long digits that pass Luhn are not used as near-misses."""
    plain = ck.compact(text)
    return not (plain.isdigit() and 12 <= len(plain) <= 19 and plain[0] in "23456" and ck.luhn_ok(plain))


def _fill(rng: random.Random, shape: str) -> str:
    """# is a digit, ^ an upper-case letter."""
    table = {"#": "0123456789", "^": "ABCDEFGHJKLMNPRSTUVWXYZ"}
    return seek(lambda: "".join(rng.choice(table[c]) if c in table else c for c in shape), harmless)


def _moment(rng: random.Random) -> datetime:
    return datetime(2015, 1, 1) + timedelta(
        seconds=rng.randrange(86400 * 4000), microseconds=rng.randrange(10**6)
    )


def order_number(rng: random.Random) -> str:
    """The number alone of an order, invoice or ticket."""
    return _fill(
        rng,
        rng.choice(
            (
                "########",
                "##########",
                "100########",
                "ORD-######",
                "2024-######",
                "302-#######-#######",
                "R#########",
                "INV/2024/#####",
                "SO-####-####",
                "4################"[:16],
                "#####-##",
                "B-24-######",
                "9###########",
            )
        ),
    )


def _ordered(rng: random.Random) -> Near:
    word = rng.choice(("order", "order no.", "invoice", "ticket #", "PO number", "order_id=", "case", "ref."))
    core = order_number(rng)
    return Near(f"{word}{'' if word[-1] in '#=' else ' '}{core}", core)


def _ticket(rng: random.Random) -> Near:
    core = _fill(
        rng, rng.choice(("JIRA-#####", "DATA-####", "INC0#######", "#12###", "GH-####", "SR-########"))
    )
    return Near(core, core)


def _tracking(rng: random.Random) -> Near:
    core = _fill(
        rng,
        rng.choice(
            (
                "1Z###^^#0#########",
                "JJD00039000########",
                "94001000########000000",
                "9400 1000 #### #### #### 00",
                "RR#########DE",
                "LX#########CN",
                "00340434########7###",
                "TBA############",
            )
        ),
    )
    return Near(f"tracking number {core}", core)


def _sku(rng: random.Random) -> Near:
    core = _fill(
        rng,
        rng.choice(
            (
                "SKU-#####-^^",
                "^^-####-##",
                "##-####-###^",
                "000-##-####",
                "^#^-##.###.##",
                "555-01##-^",
                "MX-###-####-^",
                "6ES7 ###-1^E##-0AB0",
                "###.###.##.^",
                "DE##-####-####",
            )
        ),
    )
    word = rng.choice(("SKU", "part no.", "article", "P/N", "item"))
    return Near(f"{word} {core}", core)


def _book(rng: random.Random) -> Near:
    if rng.random() < 0.4:
        text = seek(lambda: digits(rng, 9) + rng.choice("0123456789X"), ck.isbn10_ok)
        core = rng.choice((text, f"{text[0]}-{text[1:4]}-{text[4:9]}-{text[9]}"))
        return Near(f"ISBN {core}", core)
    text = seek(lambda: rng.choice(("978", "979")) + digits(rng, 10), ck.ean13_ok)
    core = rng.choice((text, f"{text[:3]}-{text[3]}-{text[4:7]}-{text[7:12]}-{text[12]}"))
    return Near(f"ISBN-13: {core}", core)


def _ean(rng: random.Random) -> Near:
    start = rng.choice(("400", "401", "871", "500", "761", "350", "590", "690", "880"))
    core = seek(lambda: start + digits(rng, 10), lambda t: ck.ean13_ok(t) and harmless(t))
    return Near(f"{rng.choice(('EAN', 'GTIN', 'barcode'))} {core}", core)


def _date(rng: random.Random) -> Near:
    when = _moment(rng)
    form = rng.choice(
        (
            "%Y-%m-%d",
            "%d.%m.%Y",
            "%d/%m/%Y",
            "%m/%d/%y",
            "%Y%m%d",
            "%d %b %Y",
            "%Y/%m/%d %H:%M",
            "%d-%m-%Y",
            "%Y-%m-%dT%H:%M:%SZ",
            "%Y-%m-%d %H:%M:%S.%f",
            "%Y-%m-%dT%H:%M:%S+02:00",
            "%H:%M:%S",
            "%Y%m%d_%H%M%S",
            "%Y%m%d%H%M%S",
            "%d.%m.%Y %H:%M:%S",
            "%Y-W%V-%u",
            "%H:%M:%S.%f",
            "%d%m%Y",
            "%a, %d %b %Y %H:%M:%S +0000",
            "%Y.%m.%d",
            "%d.%m.%y",
            "%Y-%j",
            "%d/%b/%Y:%H:%M:%S +0200",
            "%I:%M %p",
            "%Y\u5e74%m\u6708%d\u65e5",
        )
    )
    core = when.strftime(form)
    if rng.random() < 0.12:
        core = f"01.01.{when.year} - 31.12.{when.year}"
    return Near(rng.choice((core, f"on {core}", f"date {core}")), core)


def _timestamp(rng: random.Random) -> Near:
    seconds = int(_moment(rng).timestamp())
    core = str(seconds) + digits(rng, rng.choice((1, 3, 3, 6, 9)))
    core = core[: rng.choice((10, len(core)))] if len(core) > 11 else core[:10]
    return Near(rng.choice((f"ts={core}", f"timestamp {core}", f"epoch {core}", f'"created": {core}')), core)


def _version(rng: random.Random) -> Near:
    a, b, c = rng.randrange(1, 30), rng.randrange(20), rng.randrange(40)
    core, phrase = rng.choice(
        (
            (f"{a}.{b}.{c}", "pandas version {}"),
            (f"{a}.{b}.{c}.{b}", "version {}"),
            (f"v{a}.{b}.{c}", "{}"),
            (f"{a}.0.{6000 + c}.{100 + b}", "Chrome/{}"),
            (f"{a}.{b}.{c}.{a}", "release {}"),
            (f"31.0.{b}.{3600 + c}", "driver version {}"),
            (f"{a}.{b}.{c}rc1", "numpy=={}"),
            (f"{a}.{b}.{c}-beta.{b}", "build {}"),
            (f"{a}.{b}.{c}.1", "Firmware-Version {}"),
            (f"^{a}.{b}.{c}", '"{}"'),
            (f">={a}.{b},<{a + 1}.0", "pyarrow{}"),
            (f"{a}.{b}.{c}.{c}", "v{}"),
            (f"{b}.{c}.{a}.2", "ver. {}"),
        )
    )
    return Near(phrase.format(core), core)


def _number(rng: random.Random) -> Near:
    a, b, c = rng.randrange(1, 10), rng.randrange(100, 1000), rng.randrange(100, 1000)
    core = rng.choice(
        (
            f"{a}.{b}.{c},5{a}",
            f"{a},{b},{c}.0{a}",
            f"{a} {b} {c},{a}0",
            f"{a}'{b}'{c}.8{a}",
            f"{a},2{a},{b}.00",
            f"0.000{b}{c}",
            f"-{b}.{c}",
            f"{a} {b} {c} 000",
            f"{a}_{b}_{c}",
            f"{b}{c}{b}",
            f"{a}.{b}{c}e-0{a}",
            f"6.0{a}e23",
            f"{a}e-05",
            f"{b}.{c}.{b}.000",
            f"{b},{c},{b},000",
            f"1.{b}{c}{b}{c}E+{a}",
        )
    )
    return Near(rng.choice((f"{core} rows", f"total {core}", f"value: {core}", f"mean={core}")), core)


def _money(rng: random.Random) -> Near:
    a, b, c = rng.randrange(1, 100), rng.randrange(100, 1000), rng.randrange(10, 100)
    core = rng.choice(
        (
            f"\u20ac{a}.{b},{c}",
            f"{a}.{b},{c} EUR",
            f"${a},{b}.{c}",
            f"USD {a},{b},{b}.{c}",
            f"\u00a5{a},{b},000",
            f"CHF {a}'{b}.{c}",
            f"{a} {b},{c} z\u0142",
            f"R$ {a}.{b},{c}",
            f"\u20b9{a},{c},{b}",
            f"{a} {b} kr",
            f"{a}.{b}.000 \u20ab",
        )
    )
    return Near(core, core)


def _ratio(rng: random.Random) -> Near:
    a, b = rng.randrange(1, 100), rng.randrange(100)
    core = rng.choice((f"{a}.{b:02} %", f"{a},{b:02}%", f"+{a}.{b}%", f"{a}%", f"-{b}.{a} pp"))
    return Near(core, core)


def _coordinates(rng: random.Random) -> Near:
    lat, lon = rng.uniform(-70, 70), rng.uniform(-170, 170)
    degrees = f"{abs(int(lat))}\u00b0{rng.randrange(60):02}'{rng.randrange(60):02}\"N"
    core = rng.choice(
        (f"{lat:.6f}, {lon:.6f}", f"{lat:.4f},{lon:.4f}", f"POINT({lon:.7f} {lat:.7f})", degrees)
    )
    return Near(rng.choice((core, f"lat/lon {core}")), core)


def _postcode(rng: random.Random) -> Near:
    core = _fill(
        rng,
        rng.choice(
            (
                "9####-####",
                "1####-####",
                "8####",
                "SW1A #AA",
                "75###",
                "0####-###",
                "1000-###",
                "00-###",
                "11# ##",
                "10## AB",
                "100-####",
                "11####",
                "D-#####",
                "CH-8###",
                "M5V #T#",
            )
        ),
    )
    return Near(f"{rng.choice(('ZIP', 'postcode', 'PLZ', 'zip_code', 'postal code'))} {core}", core)


def _range(rng: random.Random) -> Near:
    a, b = rng.randrange(100, 500), rng.randrange(500, 1000)
    core = rng.choice(
        (
            f"{a}-{b}",
            f"20{a % 20:02}-2024",
            f"19{a % 90 + 10}\u20132023",
            f"{a * 10}-{b * 10}",
            f"({a}.0, {b}.0]",
            f"{a}..{b}",
            "2019/20 - 2023/24",
            f"{a}\u2013{b}",
            f"[{a}, {b}, {a + 7})",
        )
    )
    return Near(rng.choice((f"pages {core}", f"between {core}", f"range {core}", f"bin {core}")), core)


def _score(rng: random.Random) -> Near:
    a, b, c = rng.randrange(5), rng.randrange(6), rng.randrange(10, 22)
    core = rng.choice(
        (f"{a}-{b}", f"{a}:{b}", f"21-{c}, {c}-21, 15-{b + 5}", f"6-{a}, 7-6, 6-{b}", f"112-1{c}")
    )
    return Near(f"{rng.choice(('final score', 'won', 'match ended'))} {core}", core)


MAKERS: tuple[Callable[[random.Random], Near], ...] = (
    _ordered,
    _ordered,
    _ticket,
    _tracking,
    _sku,
    _book,
    _ean,
    _date,
    _date,
    _date,
    _timestamp,
    _version,
    _version,
    _number,
    _number,
    _money,
    _ratio,
    _coordinates,
    _postcode,
    _range,
    _score,
    hash_near,
    hash_near,
    code_near,
    code_near,
    code_near,
)
_TABLES = (describe_near, frame_near)


def near(rng: random.Random, tables: bool = False) -> Near:
    """One near-miss of any sort that fits a line, or a table of numbers."""
    return rng.choice(_TABLES)(rng) if tables else rng.choice(MAKERS)(rng)


_CELLS: dict[Callable[[random.Random], Near], tuple[str, ...]] = {
    _ordered: ("order_id", "invoice_no", "ticket", "bestellnummer", "numero_facture"),
    _tracking: ("tracking_number", "parcel_id", "sendungsnummer"),
    _sku: ("sku", "part_number", "article_no"),
    _book: ("isbn", "book_isbn"),
    _ean: ("ean", "gtin13", "barcode"),
    _date: ("created_at", "email_sent_at", "iban_checked_on", "delivery_date", "card_expires_report"),
    _timestamp: ("event_ts", "updated_ms", "ingested_at"),
    _version: ("version", "app_version", "build"),
    _number: ("amount", "total", "row_count", "phone_seconds_total", "ip_count"),
    _money: ("price", "revenue", "card_fee", "montant"),
    _ratio: ("pct", "email_open_rate", "share"),
    _coordinates: ("lat_lon", "position", "geom"),
    _postcode: ("zip", "plz", "postcode", "code_postal"),
    _range: ("bucket", "age_band", "season"),
    _score: ("score", "result"),
    hash_near: ("commit", "uuid", "row_hash", "session"),
    code_near: ("snippet", "package", "file_name", "expression"),
    _ticket: ("ticket_id", "case_ref"),
}


def near_cell(rng: random.Random) -> tuple[str, str]:
    """A cell without personal data: its column's name and its text."""
    maker = rng.choice(tuple(_CELLS))
    return rng.choice(_CELLS[maker]), maker(rng).core


def near_samples(rng: random.Random) -> tuple[str, tuple[str, ...]]:
    """A column's name with three of its values."""
    maker = rng.choice(tuple(_CELLS))
    return rng.choice(_CELLS[maker]), tuple(maker(rng).core for _ in range(3))
