"""Mail addresses, IP and MAC addresses, URLs with a login."""

from __future__ import annotations

import ipaddress
import random

from tests.corpora.personal.countries import COUNTRIES
from tests.corpora.personal.types import Value

_FIRST = (
    "anna",
    "lukas",
    "maria",
    "joao",
    "pierre",
    "ewa",
    "sven",
    "mehmet",
    "yuki",
    "minjun",
    "wei",
    "priya",
    "fatima",
    "olga",
    "david",
    "sofia",
    "noah",
    "emma",
    "carlos",
    "giulia",
    "tom",
    "ines",
    "o'brien",
)
_LAST = (
    "schmidt",
    "mueller",
    "dupont",
    "garcia",
    "silva",
    "rossi",
    "jansen",
    "kowalska",
    "lindqvist",
    "yilmaz",
    "tanaka",
    "kim",
    "zhang",
    "sharma",
    "haddad",
    "ivanova",
    "smith",
    "virtanen",
    "nagy",
    "popescu",
)
_FIRMS = (
    "nordwind",
    "acme-trading",
    "bluefin",
    "kastanie24",
    "alpha-log",
    "mediplus",
    "4seasons",
    "datawerk",
    "s-und-p",
    "riverbank",
    "quanta",
    "terra-nova",
)
_WORLD = ("gmail.com", "outlook.com", "yahoo.com", "icloud.com", "proton.me", "hotmail.com", "gmail.com")
_IDN = (
    "müller-gmbh.de",
    "bücher.example",
    "société.fr",
    "пример.рф",
    "例え.jp",
    "xn--mller-kva.de",
    "señal.es",
    "køb.dk",
    "한국.kr",
)
_INTERNAL = ("mail.corp", "db01.internal", "exchange.intra", "hq.local", "ldap.acme.lan", "mx1.prod.internal")
_ROLES = ("info", "support", "buchhaltung", "no-reply", "ap", "jobs", "hr+eu", "dpo", "noreply_2024", "x")


def _local(rng: random.Random) -> str:
    first, last, number = rng.choice(_FIRST), rng.choice(_LAST), rng.randrange(1, 2010)
    return rng.choice(
        (
            f"{first}.{last}",
            f"{first[0]}.{last}",
            f"{first}{number}",
            f"{first}_{last}",
            f"{first}-{last}{number}",
            f"{first}.{last}+{rng.choice(('shop', 'news', 'test-1', '2024', 'a.b'))}",
            f"{last}{first[0]}",
            f"{first}.{last[0]}.{last}",
            rng.choice(_ROLES),
            str(rng.randrange(10**8, 10**10)),
            f"_{first}",
            f"{first.title()}.{last.title()}",
        )
    )


def email(rng: random.Random, country: str) -> Value:
    """A mail address of one of the realistic forms."""
    _, tld, hosts = COUNTRIES[country]
    style, local = rng.randrange(16), _local(rng)
    firm = rng.choice(_FIRMS)
    if style < 4:
        text = f"{local}@{rng.choice(hosts)}"
    elif style < 7:
        text = f"{local}@{rng.choice(_WORLD)}"
    elif style < 9:
        text = f"{local}@{firm}.{tld}"
    elif style == 9:
        text = f"{local}@{rng.choice(('mail', 'eu-west.mx', 'cs.dept', 'sales.emea'))}.{firm}.{tld}"
    elif style == 10:
        text = f"{local}@{rng.choice(_IDN)}"
    elif style == 11:
        text = f"{local}@{rng.choice(_INTERNAL)}"
    elif style == 12:
        text = f"{local}@{firm}.{tld}".upper()
    elif style == 13:
        text = f"{local.title()}@{firm.title()}.{tld}"
    elif style == 14:
        ending = rng.choice(("photography", "museum", "io", "dev", "cloud", "shop", "technology"))
        text = f"{local}@{firm}.{ending}"
    else:
        text = f"{rng.choice(('jörg', 'andré.lópez', 'łukasz', 'zoë'))}@{firm}.{tld}"
    return Value("EMAIL", text)


def _ipv4(rng: random.Random) -> str:
    first = rng.choice((rng.randrange(11, 100), rng.randrange(128, 169), rng.randrange(173, 192), 203, 212))
    parts = (first, rng.randrange(256), rng.randrange(256), rng.randrange(1, 255))
    if rng.random() < 0.25:
        parts = rng.choice(((10, *parts[1:]), (192, 168, *parts[2:]), (172, 16 + parts[1] % 16, *parts[2:])))
    return ".".join(map(str, parts))


def _ipv6(rng: random.Random) -> str:
    top = rng.choice((0x2A02, 0x2A00, 0x2001, 0x2600, 0x2804, 0x2409, 0xFE80, 0xFD12))
    groups = [top] + [rng.randrange(1, 65536) for _ in range(7)]
    if top == 0xFE80:
        groups[1:4] = [0, 0, 0]
    elif rng.random() < 0.6:
        groups[3:7] = [0, 0, 0, 0]
    number = ipaddress.IPv6Address(":".join(f"{group:x}" for group in groups))
    return rng.choice((number.compressed, number.compressed, number.exploded, number.compressed.upper()))


def ip_address(rng: random.Random) -> Value:
    """An IPv4 or IPv6 address, sometimes with a port or in brackets outside the span."""
    style = rng.randrange(12)
    if style < 6:
        return Value("IP_ADDRESS", _ipv4(rng))
    if style == 6:
        bare = _ipv4(rng)
        return Value("IP_ADDRESS", f"{bare}:{rng.choice((443, 8080, 5432, 51234))}", end=len(bare))
    if style == 7:
        return Value("IP_ADDRESS", f"::ffff:{_ipv4(rng)}")
    bare = _ipv6(rng)
    if style == 8:
        return Value("IP_ADDRESS", f"[{bare}]:{rng.choice((443, 8443, 22))}", start=1, end=1 + len(bare))
    return Value("IP_ADDRESS", bare)


def mac_address(rng: random.Random) -> Value:
    """A MAC address with colons, dashes, Cisco dots, or bare beside a word."""
    text = rng.choice(("001a2b", "f4ce46", "b827eb", "3c5ab4", "d4619d")) + rng.randbytes(3).hex()
    text = rng.choice((text, text.upper()))
    style = rng.randrange(8)
    if style == 0:
        return Value("MAC_ADDRESS", text, word=True)
    if style == 1:
        return Value("MAC_ADDRESS", ".".join(text[i : i + 4].lower() for i in (0, 4, 8)))
    separator = "-" if style < 4 else ":"
    return Value("MAC_ADDRESS", separator.join(text[i : i + 2] for i in range(0, 12, 2)))


def login(rng: random.Random) -> Value:
    """A URL with user:password; the span is the part before the at sign."""
    scheme, host = rng.choice(
        (
            ("postgresql", "db.prod.internal:5432/sales"),
            ("https", "api.quanta.io/v2/items"),
            ("mysql+pymysql", "10.0.4.17/shop"),
            ("mongodb+srv", "cluster0.ab1cd.mongodb.net/?retryWrites=true"),
            ("amqp", "rabbit:5672/%2f"),
            ("redis", "cache-1:6379/0"),
            ("ftp", "files.datawerk.de/out"),
            ("snowflake", "xy12345.eu-central-1/DB"),
            ("https", "github.com/acme/etl.git"),
            ("smtp", "mail.corp:587"),
        )
    )
    user = rng.choice(("admin", "etl_user", "anna.schmidt", "svc-lake", "anna%40gmx.de", "root", "reader01"))
    secret = rng.choice(
        (
            "hunter2",
            "S3cr3t!",
            "p%40ssw0rd",
            "Tr0ub4dor&3",
            "xK9_v2-QpL",
            "changeme123",
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "geheim$2024",
            "pa:ss",
        )
    )
    start = len(scheme) + 3
    both = f"{user}:{secret}"
    return Value("LOGIN", f"{scheme}://{both}@{host}", start=start, end=start + len(both))
