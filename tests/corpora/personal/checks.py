"""Check digits, written as whole-number verifications; generators search for what passes them."""

from __future__ import annotations

import hashlib
import re

_B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_B32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_HETU = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CURP = "0123456789ABCDEFGHIJKLMN\u00d1OPQRSTUVWXYZ"
_CF_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def compact(text: str) -> str:
    """Letters and digits only, upper case."""
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


def luhn_ok(digits: str) -> bool:
    """Luhn's sum."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        number = int(char) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def iban_ok(iban: str) -> bool:
    """ISO 13616 mod 97."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def ean13_ok(digits: str) -> bool:
    """EAN-13, also ISBN-13 and the Swiss AHV number."""
    return len(digits) == 13 and sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0


def isbn10_ok(text: str) -> bool:
    """ISBN-10."""
    return sum((10 - i) * (10 if c == "X" else int(c)) for i, c in enumerate(text)) % 11 == 0


def nir_ok(text: str) -> bool:
    """French NIR with its key."""
    body = text[:13].replace("2A", "19").replace("2B", "18")
    return len(text) == 15 and int(text[13:]) == 97 - int(body) % 97


def dni_ok(text: str) -> bool:
    """Spanish DNI or NIE letter."""
    number = str("XYZ".find(text[0])) + text[1:8] if text[0] in "XYZ" else text[:8]
    return len(text) == 9 and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == text[8]


def codice_fiscale_ok(text: str) -> bool:
    """Italian codice fiscale."""
    total = 0
    for place, char in enumerate(text[:15]):
        index = int(char) if char.isdigit() else ord(char) - 65
        total += index if place % 2 else _CF_ODD[index]
    return len(text) == 16 and chr(65 + total % 26) == text[15]


def cpf_ok(digits: str) -> bool:
    """Brazilian CPF."""

    def check(upto: int) -> int:
        return sum(int(digits[i]) * (upto + 1 - i) for i in range(upto)) * 10 % 11 % 10

    return len(digits) == 11 and check(9) == int(digits[9]) and check(10) == int(digits[10])


def china_ok(text: str) -> bool:
    """Chinese resident id (ISO 7064 mod 11-2)."""
    total = sum((10 if c == "X" else int(c)) * pow(2, 17 - i, 11) for i, c in enumerate(text))
    return len(text) == 18 and total % 11 == 1


def curp_ok(text: str) -> bool:
    """Mexican CURP."""
    total = sum(_CURP.index(c) * (18 - i) for i, c in enumerate(text[:17]))
    return len(text) == 18 and (10 - total % 10) % 10 == int(text[17])


def pesel_ok(digits: str) -> bool:
    """Polish PESEL."""
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
    return len(digits) == 11 and sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 10 == 0


def hetu_ok(text: str) -> bool:
    """Finnish hetu: DDMMYY, a century sign, three digits, a check character."""
    return len(text) == 11 and _HETU[int(text[:6] + text[7:10]) % 31] == text[10]


def rrn_ok(digits: str) -> bool:
    """Korean resident registration number."""
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    total = sum(int(d) * w for d, w in zip(digits[:12], weights, strict=True))
    check = (11 - total % 11) % 10
    return len(digits) == 13 and check == int(digits[12])


def verhoeff_ok(digits: str) -> bool:
    """Verhoeff's check over the dihedral group."""

    def multiply(a: int, b: int) -> int:
        if a < 5:
            return (a + b) % 5 + (5 if b >= 5 else 0)
        return (a - b) % 5 + (0 if b >= 5 else 5)

    base = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    state = 0
    for place, char in enumerate(reversed(digits)):
        number = int(char)
        for _ in range(place % 8):
            number = base[number]
        state = multiply(state, number)
    return state == 0


def turkey_ok(digits: str) -> bool:
    """Turkish TC kimlik."""
    d = [int(c) for c in digits]
    tenth = (sum(d[0:9:2]) * 7 - sum(d[1:8:2])) % 10
    return len(d) == 11 and d[0] != 0 and tenth == d[9] and sum(d[:10]) % 10 == d[10]


def steuer_ok(digits: str) -> bool:
    """German Steuer-ID: repetition rule and ISO 7064 mod 11,10."""
    counts = sorted(digits[:10].count(d) for d in set(digits[:10]))
    product = 10
    for char in digits[:10]:
        product = ((int(char) + product) % 10 or 10) * 2 % 11
    repeated = counts[-1] in (2, 3) and all(count == 1 for count in counts[:-1])
    return len(digits) == 11 and digits[0] != "0" and repeated and (11 - product) % 10 == int(digits[10])


def base58check(payload: bytes) -> str:
    """Base58 with the double SHA-256 checksum."""
    data = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _B58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def base58_ok(text: str) -> bool:
    """Whether a base58 address holds its checksum."""
    number = 0
    for char in text:
        number = number * 58 + _B58.index(char)
    data = number.to_bytes(25, "big")
    return base58check(data[:-4]) == text


def _polymod(values: list[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, mask in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= mask if top >> bit & 1 else 0
    return state


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def segwit(version: int, program: bytes, prefix: str = "bc") -> str:
    """Bech32 (version 0) or bech32m address."""
    bits = "".join(f"{byte:08b}" for byte in program)
    bits += "0" * (-len(bits) % 5)
    data = [version] + [int(bits[i : i + 5], 2) for i in range(0, len(bits), 5)]
    constant = 1 if version == 0 else 0x2BC830A3
    check = _polymod(_expand(prefix) + data + [0] * 6) ^ constant
    data += [check >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(_B32[value] for value in data)


def segwit_ok(text: str) -> bool:
    """Whether a segwit address holds its checksum."""
    prefix, _, body = text.lower().partition("1")
    data = [_B32.index(c) for c in body]
    return _polymod(_expand(prefix) + data) == (1 if data[0] == 0 else 0x2BC830A3)


def _keccak_f(lanes: list[list[int]]) -> list[list[int]]:
    mask, register = (1 << 64) - 1, 1
    for _ in range(24):
        c = [a[0] ^ a[1] ^ a[2] ^ a[3] ^ a[4] for a in lanes]
        d = [c[(x - 1) % 5] ^ ((c[(x + 1) % 5] << 1 | c[(x + 1) % 5] >> 63) & mask) for x in range(5)]
        lanes = [[lanes[x][y] ^ d[x] for y in range(5)] for x in range(5)]
        x, y, current = 1, 0, lanes[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            turn = (step + 1) * (step + 2) // 2 % 64
            current, lanes[x][y] = lanes[x][y], (current << turn | current >> (64 - turn)) & mask
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5])
        for bit in range(7):
            register = (register << 1 ^ (register >> 7) * 0x71) % 256
            if register & 2:
                lanes[0][0] ^= 1 << ((1 << bit) - 1)
    return lanes


def keccak256(data: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it, for messages shorter than one block."""
    block = bytearray(200)
    block[: len(data)] = data
    block[len(data)] ^= 0x01
    block[135] ^= 0x80
    lanes = [[int.from_bytes(block[8 * (x + 5 * y) :][:8], "little") for y in range(5)] for x in range(5)]
    lanes = _keccak_f(lanes)
    return b"".join(lanes[x % 5][x // 5].to_bytes(8, "little") for x in range(4))


def eip55(address: str) -> str:
    """Ethereum address in checksum case."""
    body = address[2:].lower()
    digest = keccak256(body.encode()).hex()
    pairs = zip(body, digest, strict=False)
    return "0x" + "".join(c.upper() if int(h, 16) > 7 else c for c, h in pairs)


def wallet_ok(text: str) -> bool:
    """Whether a wallet address is well formed."""
    if text.startswith("0x"):
        body = text[2:]
        plain = body in (body.lower(), body.upper())
        return len(body) == 40 and (plain or eip55(text) == text)
    return segwit_ok(text) if text.lower().startswith("bc1") else base58_ok(text)
