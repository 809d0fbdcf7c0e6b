"""Phone numbers from hand-written national plans, in the ways their people write them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.corpora.personal.types import Value


@dataclass(frozen=True, slots=True)
class Plan:
    """Dial code, trunk prefix, number shapes (`!` = no trunk) and the letters of the styles in use."""

    dial: str
    trunk: str
    shapes: tuple[str, ...]
    styles: str


def _plan(dial: str, trunk: str, shapes: str, styles: str) -> Plan:
    return Plan(dial, trunk, tuple(part.strip() for part in shapes.split("|")), styles)


# In a shape: # any digit, N two to nine, {a/b/c} one of these prefixes; the first group is the area.
PLANS: dict[str, Plan] = {
    "DE": _plan(
        "49",
        "0",
        "{30/40/69/89} N### ####|{221/711/341/351/911/511} N## ###|{6221/7531/4421} N#####"
        "|{170/171/172/173/174/175/177/178/179/162/163} #######|{151/176} #### ####|1522 ### ####",
        "IiHZzOBsplhcSL",
    ),
    "AT": _plan(
        "43",
        "0",
        "1 N## ## ##|{316/732/662/512} N## ###|{664/650/660/676} ### ####|699 1### ####",
        "IiZOBsplhcS",
    ),
    "CH": _plan("41", "0", "{44/43/22/31/61/21/91} N## ## ##|{76/77/78/79} N## ## ##", "IiZOBsphcS"),
    "FR": _plan(
        "33",
        "0",
        "{1/2/3/4/5} {40/42/47/53/56/61/72/88} ## ## ##|6 ## ## ## ##|7 {50/60/66/81/82/83} ## ## ##",
        "IiZzOsdhcD",
    ),
    "BE": _plan(
        "32",
        "0",
        "{2/3/9} {2/3/5/6}## ## ##|4 {2/3}## ## ##|{470/472/475/478/485/486/495/496/497} ## ## ##",
        "IiZOslcLd",
    ),
    "ES": _plan("34", "", "{91/93} N## ## ##|{960/952/954/948} ## ## ##|{6##/71#/72#} ### ###", "IiZzshcd"),
    "PT": _plan("351", "", "{21#/22#} ### ###|{91#/92#/93#/96#} ### ###", "IiZzsc"),
    "IT": _plan(
        "39",
        "",
        "{02/06} N### ####|{011/055/081/051} N## ####"
        "|{320/328/333/335/338/339/340/347/348/349/366/380/388/392} ### ####",
        "IiZzslhcd",
    ),
    "NL": _plan("31", "0", "{20/10/70/30} N## ####|{6} {1/2/3/4/5}### ####", "IiZOspchm"),
    "GB": _plan(
        "44",
        "0",
        "20 {7/8}### ####|{161/121/113/131/141/117} N## ####|{1223/1865/1273} N#####"
        "|{77##/78##/79##/75##} ### ###",
        "IiZOspchBS",
    ),
    "IE": _plan("353", "0", "1 N## ####|21 N## ####|{83/85/86/87/89} ### ####", "IiZspchB"),
    "PL": _plan("48", "", "{22/12/61/71/58} N## ## ##|{50#/51#/60#/66#/69#/78#/79#/88#} ### ###", "IiZshcp"),
    "CZ": _plan("420", "", "{22#/23#} ### ###|{60#/72#/73#/77#} ### ###", "IiZsc"),
    "SE": _plan("46", "0", "8 N## ## ##|{31/40/18} N## ## ##|{70/72/73/76/79} N## ## ##", "IiZOsmhc"),
    "NO": _plan("47", "", "{22/55} ## ## ##|{4##/9##} ## ###", "IiZsc"),
    "DK": _plan("45", "", "{33/86/40/20/26/31/51/60} ## ## ##", "IiZsc"),
    "FI": _plan("358", "0", "9 N## ####|{40/44/45/50/41} N## ####", "IiZOshcm"),
    "HU": _plan("36", "06", "1 {2/3/4}## ####|{20/30/70} N## ####", "IiZshclB"),
    "RO": _plan("40", "0", "21 {2/3}## ####|{264/256} 4## ###|{72#/74#/76#} ### ###", "IiZshcd"),
    "GR": _plan("30", "", "{210} N## ####|2310 N## ###|{693/694/697/698} ### ####", "IiZshc"),
    "TR": _plan(
        "90",
        "0",
        "{212/216/312/232} {2/3/4/5/6}## ## ##|{532/533/505/542/543/555/546} N## ## ##",
        "IiZspcPBhK",
    ),
    "RU": _plan("7", "8", "{495/499/812} N## ## ##|{903/905/910/916/921/926/985} N## ## ##", "IiHBRcrK"),
    "UA": _plan("380", "0", "44 N## ## ##|{50/63/67/68/93/95/97/98} N## ## ##", "IiPBshcK"),
    "US": _plan(
        "1",
        "",
        "{212/415/312/206/617/305/512/702/303/404/646/213} {2/3/4/6/7/8}{2/3/4/6/7}# ####",
        "IiHDBPPhhdscUTT",
    ),
    "CA": _plan("1", "", "{416/604/514/403/613/902/647/778} {2/3/4/6/7/8}{2/3/4/6/7}# ####", "IiHDBPPhdscUT"),
    "MX": _plan("52", "", "{55/81/33} {1/2/3/5/8}### ####|{664/999/442} {1/2/3/4}## ####", "IiHspPcZM"),
    "BR": _plan(
        "55",
        "",
        "{11/21/31/41/51/61/71/81/85} 9{6/7/8/9}### ####|{11/21/31/41/51/61} {2/3}### ####",
        "IiBPPQQscA",
    ),
    "AR": _plan("54", "0", "11 4### ####|{341/351} 4## ####", "IiBPhcsZM"),
    "CL": _plan("56", "", "2 2### ####|9 {5/6/7/8/9}### ####", "IiBsc"),
    "CO": _plan("57", "", "{300/301/310/311/312/313/315/316/320/321} N## ####|{601/604} N## ####", "IiBshc"),
    "JP": _plan(
        "81", "0", "3 {3/5/6}### ####|6 6### ####|{45/52/92} N## ####|{90/80/70} N### ####", "IiHhhpJcO"
    ),
    "KR": _plan(
        "82", "0", "2 {3/5/7}## ####|2 {2/6}### ####|{31/51/32} {2/3/5/7/8}## ####|10 N### ####", "IiHhhcpdO"
    ),
    "CN": _plan(
        "86",
        "0",
        "{10/21/20} {6/8}### ####|755 {2/8}### ####"
        "|!{138/139/135/136/137/150/151/158/159/177/180/186/188/189} #### ####",
        "IiHhcspZ",
    ),
    "TW": _plan("886", "0", "2 2{3/5/7}## ####|{910/912/922/933/952/988} ### ###", "IiHhpcs"),
    "HK": _plan("852", "", "{2{3/5/8}##/9{1/2/4/6}##/6{1/2/3/4}##/5{1/3/4/6}##} ####", "Iisc"),
    "SG": _plan("65", "", "{6{2/3/4/5/7}##/8{1/2/3}##/9{1/2/6/7/8}##} ####", "IisZc"),
    "IN": _plan(
        "91", "0", "!{98###/99###/97###/88###/90###/70###/63###} #####|{22/11/80/44} 2### ####", "IiHshcpz"
    ),
    "ID": _plan("62", "0", "21 5### ####|{812/813/821/856/878/857} N### ####", "IiHhpcs"),
    "TH": _plan("66", "0", "2 {2/6/7}## ####|{81/89/86/91/95/62} N## ####", "Iishc"),
    "VN": _plan("84", "0", "{24/28} 3### ####|{90#/91#/98#/32#/97#} ### ###", "Iishdcp"),
    "AU": _plan(
        "61", "0", "{2/3} 9### ####|{7} 3### ####|8 {8/9}### ####|{40#/41#/42#/43#/45#} ### ###", "IiZOspch"
    ),
    "NZ": _plan("64", "0", "{9/4/3} {3/4/5}## ####|{21/27/22} N## ####", "IiOspch"),
    "ZA": _plan("27", "0", "{11/21/31} {3/4/7}## ####|{82/83/72/73/76/84} N## ####", "IiZOspch"),
    "NG": _plan("234", "0", "{803/802/806/813/816/703/905} ### ####", "IiZshc"),
    "EG": _plan("20", "0", "2 2{3/5/7}## ####|{100/101/106/111/122/127} N## ####", "IiZscp"),
    "SA": _plan("966", "0", "{11} {2/4}## ####|12 6## ####|{50/53/54/55/56} N## ####", "IiZschp"),
    "AE": _plan("971", "0", "4 {2/3/4}## ####|2 6## ####|{50/52/55/56} N## ####", "IiZschp"),
    "MA": _plan("212", "0", "{522/537/524} {2/3/4/7}# ## ##|{661/662/668/670} ## ## ##", "IiZscd"),
    "IL": _plan("972", "0", "3 {5/6/7}## ####|2 {5/6}## ####|{50/52/54} N## ####", "IiHhcsm"),
}


def _pick(rng: random.Random, shape: str) -> str:
    """Resolve the innermost choices, then the wildcards."""
    while "{" in shape:
        close = shape.index("}")
        start = shape.rindex("{", 0, close)
        shape = shape[:start] + rng.choice(shape[start + 1 : close].split("/")) + shape[close + 1 :]
    digits = {"#": "0123456789", "N": "23456789"}
    return "".join(rng.choice(digits[char]) if char in digits else char for char in shape)


def _international(rng: random.Random, style: str, plan: Plan, groups: list[str]) -> tuple[str, bool] | None:
    dial, area, rest = plan.dial, groups[0], groups[1:]
    forms = {
        "I": f"+{dial} {' '.join(groups)}",
        "i": f"+{dial}{''.join(groups)}",
        "H": f"+{dial}-{'-'.join(groups)}",
        "D": f"+{dial}.{'.'.join(groups)}",
        "Z": f"00{dial} {' '.join(groups)}",
        "O": f"+{dial} (0){'' if rng.random() < 0.5 else ' '}{' '.join(groups)}",
        "B": f"+{dial} ({area}) {'-'.join(rest) if rng.random() < 0.5 else ' '.join(rest)}",
        "S": f"+{dial} {area} {''.join(rest)}",
        "L": f"+{dial} {area}/{' '.join(rest)}",
        "A": f"+{dial}{area} {'-'.join(rest)}",
        "U": f"1-{'-'.join(groups)}",
        "K": f"+{dial}({area}){'-'.join(rest)}",
        "M": f"+{dial} {9 if dial == '54' else 1} {area} {'-'.join(rest)}",
        "J": f"+{dial} {'-'.join(groups)}",
    }
    if style == "z":
        return f"00{dial}{''.join(groups)}", True
    return (forms[style], False) if style in forms else None


def _national(rng: random.Random, style: str, plan: Plan, trunk: str, groups: list[str]) -> tuple[str, bool]:
    joint = {"s": " ", "h": "-", "l": "-"}.get(style, "") if trunk == "06" else ""
    area, rest = trunk + joint + groups[0], groups[1:]
    loose = not trunk and not area.startswith("0")
    vague = loose and plan.dial != "1"
    tail = rng.choice(("".join(rest), " ".join(rest)))
    forms = {
        "s": (f"{area} {' '.join(rest)}", loose),
        "p": (f"({area}) {tail}", loose and len(area) < 3),
        "l": (f"{area}/{tail}", True),
        "h": (f"{area}-{'-'.join(rest)}", vague),
        "m": (f"{area}-{tail}", False),
        "d": (".".join([area, *rest]), vague),
        "P": (f"({area}) {'-'.join(rest)}", False),
        "T": (f"({area}){'-'.join(rest)}", False),
        "Q": (f"{area} {'-'.join(rest)}", True),
        "R": (f"{trunk} ({groups[0]}) {'-'.join(rest)}", False),
        "r": (f"{trunk}-{'-'.join(groups)}", False),
    }
    return forms.get(style, (area + "".join(rest), True))


def phone(rng: random.Random, country: str) -> Value:
    """One number of a country; `word` when only a word beside it tells that it is one."""
    plan = PLANS[country]
    shape = rng.choice(plan.shapes)
    trunk = "" if shape.startswith("!") else plan.trunk
    groups = _pick(rng, shape.lstrip("!")).split(" ")
    style = rng.choice(plan.styles)
    if trunk == "" and plan.trunk and style in "lmO":
        style = "I"
    made = _international(rng, style, plan, groups) or _national(rng, style, plan, trunk, groups)
    text, word = made
    if rng.random() < 0.04:
        text = text.replace(" ", "\u00a0").replace("-", "\u2011")
    return Value("PHONE", text, word)
