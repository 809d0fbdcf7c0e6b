"""Texts around the values: questions, samples, cells, errors, CSV, logs, JSON, SQL."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.corpora.personal.countries import COUNTRIES
from tests.corpora.personal.ids import NATIONAL, ssn
from tests.corpora.personal.lang import KEYS, LANGS, WORDS, Lang
from tests.corpora.personal.money import card, iban, wallet
from tests.corpora.personal.near import near, near_cell, near_samples, order_number
from tests.corpora.personal.net import email, ip_address, login, mac_address
from tests.corpora.personal.phones import phone
from tests.corpora.personal.types import Builder, Case, Near, Value, render


@dataclass(frozen=True, slots=True)
class Scene:
    """What a frame draws from: the randomness, the country and its language."""

    rng: random.Random
    country: str

    @property
    def lang(self) -> Lang:
        """The country's language."""
        return LANGS[COUNTRIES[self.country][0]]

    def make(self, kind: str) -> Value:
        """A value of a kind as this country has it."""
        rng, country = self.rng, self.country
        makers: dict[str, Callable[[], Value]] = {
            "EMAIL": lambda: email(rng, country),
            "PHONE": lambda: phone(rng, country),
            "CARD": lambda: card(rng),
            "IBAN": lambda: iban(rng, country),
            "SSN": lambda: ssn(rng),
            "WALLET": lambda: wallet(rng),
            "NATIONAL_ID": lambda: NATIONAL[country](rng),
            "IP_ADDRESS": lambda: ip_address(rng),
            "MAC_ADDRESS": lambda: mac_address(rng),
            "LOGIN": lambda: login(rng),
        }
        return makers[kind]()

    def clear(self, kind: str) -> Value:
        """A value that needs no word beside it; falls back to a mail address."""
        for _ in range(40):
            value = self.make(kind)
            if not value.word:
                return value
        return email(self.rng, self.country)

    def words(self, value: Value, lang: Lang | None = None) -> str:
        """A naming word for a value."""
        tongue = lang or self.lang
        own = {"EMAIL": tongue.mail, "PHONE": tongue.phone, "CARD": tongue.card}
        return self.rng.choice(value.labels or own.get(value.kind) or WORDS[value.kind])

    def key(self, value: Value) -> str:
        """A column name for a value."""
        return self.rng.choice(value.keys or KEYS[value.kind])

    def near(self) -> Near:
        """A near-miss, at times named in the country's language."""
        if self.rng.random() < 0.25:
            core = order_number(self.rng)
            return Near(f"{self.rng.choice(self.lang.order)} {core}", core)
        return near(self.rng)

    def kind(self) -> str:
        """A kind drawn by weight."""
        weights = {
            "EMAIL": 21,
            "PHONE": 32,
            "CARD": 10,
            "IBAN": 10,
            "IP_ADDRESS": 7,
            "MAC_ADDRESS": 4,
            "WALLET": 4,
            "LOGIN": 4,
        }
        if self.country in NATIONAL:
            weights["NATIONAL_ID"] = 45
        if self.country == "US":
            weights["SSN"] = 70
        return self.rng.choices(tuple(weights), tuple(weights.values()))[0]


def sentence(scene: Scene) -> Case:
    """A sentence in the country's language or in English."""
    rng = scene.rng
    lang = scene.lang if rng.random() < 0.65 else LANGS["en"]
    value = scene.make(scene.kind())
    plain = not value.word and value.kind not in ("IP_ADDRESS", "MAC_ADDRESS", "LOGIN") and rng.random() < 0.5
    template = rng.choice(lang.plain if plain else lang.worded)
    nears = [scene.near() for _ in range(template.count("<n>"))]
    return render(template, [value], [scene.words(value, lang)], nears, [rng.choice(lang.names)]).case(
        scene.country
    )


def note(scene: Scene) -> Case:
    """A support note with several values."""
    rng, lang = scene.rng, scene.lang
    values = [scene.make("PHONE"), scene.make("EMAIL"), scene.make(scene.kind())]
    template = rng.choice(
        (
            "<p>\n<n>\n<w> <v>\n<w>: <v>\n<n>\n<w>: <v>\n",
            "[<n>] <p> - <w> <v> / <w> <v> - see <n> - <w>: <v>",
            "Ticket update by <p>: <w> <v>; <w> = <v>; <n>; <w> <v>.",
            "Signature:\n<p>\n<w> <v>\n<w>: <v>\nRef <n>\n<w> <v>",
        )
    )
    words = [scene.words(value) for value in values]
    nears = [scene.near() for _ in range(template.count("<n>"))]
    return render(template, values, words, nears, [rng.choice(lang.names)]).case(scene.country)


def samples(scene: Scene) -> Case:
    """`column: a, b, c` samples of one or two columns, with a harmless column among them."""
    rng, builder = scene.rng, Builder()
    kind, separator = scene.kind(), rng.choice((", ", "; ", " | "))
    first = scene.make(kind)
    others = [scene.make(kind) for _ in range(rng.randrange(3))]
    if rng.random() < 0.5:
        builder.add(
            rng.choice(("Sample values:\n", "Which type fits these columns?\n", "Columns of `crm.kunden`:\n"))
        )
    harmless_first = rng.random() < 0.5
    if harmless_first:
        _harmless_line(scene, builder)
    builder.add(f"{scene.key(first)}: ").value(first)
    for other in others:
        if first.labels == other.labels:
            builder.add(separator).value(other)
    builder.add("\n")
    if not harmless_first:
        _harmless_line(scene, builder)
    return builder.case(scene.country)


def _harmless_line(scene: Scene, builder: Builder) -> None:
    key, texts = near_samples(scene.rng)
    builder.add(f"{key}: ")
    for place, text in enumerate(texts):
        builder.add(", " if place else "").near(Near(text, text))
    builder.add("\n")


def cell(scene: Scene) -> Case:
    """A cell of a table with its column's name as hint."""
    value = scene.make(scene.kind())
    return Builder().value(value).case(scene.country, scene.key(value))


def error(scene: Scene) -> Case:
    """An error message or traceback quoting a value."""
    rng = scene.rng
    value = scene.make(scene.kind())
    key = scene.key(value)
    template = rng.choice(
        (
            "ValueError: could not convert string to float: '<v>' (column <k>)|!",
            (
                'psycopg2.errors.UniqueViolation: duplicate key value violates "customers_<k>_key"\n'
                "DETAIL:  Key (<k>)=(<v>) already exists.|"
            ),
            (
                'Traceback (most recent call last):\n  File "/opt/etl/load.py", line 118, in parse\n'
                "    row[<n>]\nKeyError: '<k>=<v>'|"
            ),
            "pyarrow.lib.ArrowInvalid: In CSV column #3: <k> '<v>' is not an int64, row 10421, <n>|",
            "Conversion Error: Could not convert string '<v>' to INT32 casting from column <k>|!",
            "ERROR 1366 (HY000): Incorrect integer value for column '<k>': '<v>' at row 17; <n>|",
            "dbt test failed: <k>=<v> not unique, got 2 results, configured to fail if != 0 (<n>)|",
        )
    )
    if template.endswith("!") and value.word:
        template = "InvalidInput: <k>: <v> is out of range; <n>|"
    template = template.rstrip("!").rstrip("|")
    nears = [near(rng) for _ in range(template.count("<n>"))]
    return render(template, [value], [key] * template.count("<k>"), nears).case(scene.country)


def csv_rows(scene: Scene) -> Case:
    """A header and rows; only values that tell by themselves."""
    rng = scene.rng
    separator = rng.choice((",", ";", "\t", "|"))
    kinds = rng.sample(("EMAIL", "PHONE", "IBAN", "CARD", "IP_ADDRESS", "NATIONAL_ID"), 2)
    kinds = [kind if kind != "NATIONAL_ID" or scene.country in NATIONAL else "EMAIL" for kind in kinds]
    first = [scene.clear(kind) for kind in kinds]
    columns = ["id", "name", *(scene.key(value) for value in first), "order_ref", "created"]
    builder = Builder().add(separator.join(columns) + "\n")
    for row in range(rng.randrange(1, 4)):
        values = first if row == 0 else [scene.clear(kind) for kind in kinds]
        builder.add(separator.join((str(rng.randrange(1, 10**5)), rng.choice(scene.lang.names))))
        for value in values:
            quote = '"' if rng.random() < 0.3 else ""
            builder.add(separator + quote).value(value).add(quote)
        number = order_number(rng)
        day = f"20{rng.randrange(15, 25)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
        builder.add(separator).near(Near(number, number)).add(separator).near(Near(day, day)).add("\n")
    return builder.case(scene.country)


def log_line(scene: Scene) -> Case:
    """A line of a log with a mail or phone and a machine's address."""
    rng = scene.rng
    who, where = scene.clear(rng.choice(("EMAIL", "EMAIL", "PHONE"))), scene.clear("IP_ADDRESS")
    mac = scene.clear("MAC_ADDRESS")
    template, values = rng.choice(
        (
            (
                "<n> INFO auth: login ok user=<v> ip=<v> ua=Mozilla/5.0 Chrome/120.0.6099.109 <n>",
                [who, where],
            ),
            (
                '<v> - - [17/May/2024:10:11:12 +0200] "GET /api/v1/items?mail=<v> HTTP/1.1" 200 1043 "<n>"',
                [where, who],
            ),
            ("May 17 10:11:12 gw dhcpd[812]: DHCPACK on <v> to <v> via eth0, <n>", [where, mac]),
            (
                "<n> WARN sms-gateway: could not deliver to <v> after 3 retries, trace <n>",
                [scene.clear("PHONE")],
            ),
            (
                "<n> ERROR smtp: 550 5.1.1 <<v>>: Recipient address rejected, from <v>, queue 4F1B2C0A3D",
                [email(rng, scene.country), where],
            ),
            ("connecting to <v> ... failed after 30.0 s, <n>", [login(rng)]),
        )
    )
    nears = [near(rng) for _ in range(template.count("<n>"))]
    return render(template, values, [], nears).case(scene.country)


def json_text(scene: Scene) -> Case:
    """A JSON fragment with values and near-misses."""
    rng = scene.rng
    values = [scene.make(scene.kind()) for _ in range(rng.randrange(1, 3))]
    space = rng.choice(("", " "))
    name = json.dumps(rng.choice(scene.lang.names), ensure_ascii=rng.random() < 0.3)
    builder = Builder().add(f'{{"id":{space}{rng.randrange(10**6)},{space}"name":{space}{name}')
    for value in values:
        builder.add(f',{space}"{scene.key(value)}":{space}"').value(value).add('"')
    key, text = near_cell(rng)
    while '"' in text or "\\" in text:
        key, text = near_cell(rng)
    return builder.add(f',{space}"{key}":{space}"').near(Near(text, text)).add('"}').case(scene.country)


def sql(scene: Scene) -> Case:
    """A query with a literal."""
    rng = scene.rng
    value = scene.make(scene.kind())
    key = scene.key(value).replace("-", "_")
    template = rng.choice(
        (
            "SELECT * FROM customers WHERE <k> = '<v>' AND created_at > '2024-01-01' -- <n>",
            "UPDATE crm.person SET <k>='<v>' WHERE id = 4711; -- <n>",
            "WITH t AS (SELECT count(*) c FROM f WHERE <k> IN ('<v>')) SELECT c * 1.19 FROM t",
            'df[df["<k>"] == "<v>"].groupby("sku").agg({"x": "sum"})  # <n>',
            "what does <k>=<v> mean in the result of my query? I also see <n>",
        )
    )
    if "'" in value.text:
        template = 'df.query("<k> == \\"<v>\\"")  # <n>'
    return render(template, [value], [key], [scene.near()]).case(scene.country)


def harmless_text(scene: Scene) -> Case:
    """A text with near-misses only."""
    rng = scene.rng
    template = rng.choice(
        (
            "Why does <n> differ from <n>?",
            "<n>; <n>; <n>",
            "Release notes: <n>, <n>. See also <n> and <n>.",
            "[<n>] WARN loader: <n> skipped, <n>",
            "Please join <n> with <n> by day.",
            "<n>",
            "ValueError: could not parse '<n>' (<n>)",
            "user asks: what is <n>? context: <n>",
            '{"note": "<n>", "n": 3}',
            "Report\n- <n>\n- <n>\n- <n>\n",
            "assert <n> # <n>",
        )
    )
    nears = [scene.near() for _ in range(template.count("<n>"))]
    return render(template, [], [], nears).case(scene.country)


def harmless_table(scene: Scene) -> Case:
    """Statistics and arrays as pandas prints them."""
    return render("df.describe() gives:<n>What stands out?", [], [], [near(scene.rng, True)]).case(
        scene.country
    )


def harmless_cell(scene: Scene) -> Case:
    """A cell that is no personal value."""
    key, text = near_cell(scene.rng)
    return Builder().near(Near(text, text)).case(scene.country, key)


def harmless_samples(scene: Scene) -> Case:
    """Column samples without personal data."""
    builder = Builder()
    for _ in range(scene.rng.randrange(1, 4)):
        _harmless_line(scene, builder)
    return builder.case(scene.country)


FRAMES: dict[Callable[[Scene], Case], int] = {
    sentence: 27,
    note: 7,
    samples: 9,
    cell: 9,
    error: 7,
    csv_rows: 6,
    log_line: 6,
    json_text: 7,
    sql: 5,
    harmless_text: 11,
    harmless_table: 2,
    harmless_cell: 5,
    harmless_samples: 3,
}
