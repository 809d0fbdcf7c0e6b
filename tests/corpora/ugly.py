"""Ugly delimited files of the kinds that real exports produce, made anew at every run, with what they hold.

`python -m tests.corpora.ugly DIR` writes them as a corpus for `scripts/read_corpus.py`.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Ugly:
    """A file and what it holds: see `scripts/read_corpus.py` for the words."""

    name: str
    content: bytes
    columns: Sequence[str] | None = None
    types: Sequence[str] | None = None
    n_rows: int = 0
    cells: Sequence[tuple[int, int, Cell]] = ()
    kind: str = "table"
    note: str = ""


COLUMNS = ("id", "name", "city", "amount", "day")
TYPES = ("int", "str", "str", "float", "date")
NAMES = ("Anna", "Bob", "Carla", "Dan", "Eva", "Finn", "Gina", "Hugo")
CITIES = ("Paris", "Lyon", "Porto", "Napoli", "Berlin")


def rows(count: int = 40, names: Sequence[str] = NAMES, cities: Sequence[str] = CITIES) -> list[list[str]]:
    """The plain table: a counter, two words, a number with two decimals, a date."""
    return [
        [
            str(index + 1),
            names[index % len(names)],
            cities[index % len(cities)],
            f"{10 + index * 3.25:.2f}",
            f"2024-{index % 12 + 1:02d}-{index % 28 + 1:02d}",
        ]
        for index in range(count)
    ]


def text(
    table: Sequence[Sequence[str]],
    header: Sequence[str] | None = COLUMNS,
    delimiter: str = ",",
    end: str = "\n",
) -> str:
    """A table as delimited text."""
    lines = [list(header)] if header else []
    return "".join(delimiter.join(row) + end for row in [*lines, *table])


def plain(
    name: str,
    content: str | bytes,
    *,
    count: int = 40,
    extra: Sequence[tuple[int, int, Cell]] = (),
    note: str = "",
) -> Ugly:
    """A file that holds the plain table."""
    cells = [(0, 0, 1), (3, 3, 19.75), (1, 4, "2024-02-02"), *extra]
    data = content.encode() if isinstance(content, str) else content
    return Ugly(name, data, COLUMNS, TYPES, count, cells, note=note)


LANGUAGES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "french": (("Élise", "Françoise", "Noël", "Chloé", "Jérôme"), ("Genève", "Besançon", "Orléans", "Nîmes")),
    "german": (("Jürgen", "Käthe", "Björn", "Günther"), ("München", "Köln", "Gießen", "Düsseldorf")),
    "spanish": (("José", "Íñigo", "Begoña", "María"), ("Málaga", "Córdoba", "A Coruña", "León")),
    "portuguese": (("João", "Conceição", "Antônio", "Inês"), ("São Paulo", "Brasília", "Évora", "Guimarães")),
    "nordic": (("Åsa", "Bjørn", "Søren", "Jöns"), ("Malmö", "Århus", "Tromsø", "Västerås")),
    "polish": (
        ("Łukasz", "Małgorzata", "Żaneta", "Zbigniew", "Światosław"),
        ("Kraków", "Łódź", "Gdańsk", "Wrocław"),
    ),
    "czech": (("Jiří", "Tomáš", "Žaneta", "Ondřej"), ("Plzeň", "Brno", "Ústí", "České Budějovice")),
    "hungarian": (("György", "Zsófia", "Ágnes", "Örs"), ("Győr", "Székesfehérvár", "Szőreg", "Pécs")),
    "turkish": (("Çağrı", "Ayşe", "Işıl", "Ömer"), ("İstanbul", "Ağrı", "Muğla", "Şanlıurfa")),
    "lithuanian": (
        ("Žydrūnė", "Ąžuolas", "Rūta", "Šarūnas"),
        ("Šiauliai", "Panevėžys", "Kėdainiai", "Vilkaviškis"),
    ),
    "russian": (("Иван", "Мария", "Ольга", "Дмитрий"), ("Казань", "Москва", "Тверь", "Санкт-Петербург")),
    "ukrainian": (("Олена", "Їжак", "Єва", "Ігор"), ("Київ", "Львів", "Чернівці", "Запоріжжя")),
    "greek": (("Γιώργος", "Μαρία", "Ελένη", "Κώστας"), ("Αθήνα", "Θεσσαλονίκη", "Πάτρα", "Ηράκλειο")),
    "hebrew": (("דוד", "שרה", "משה", "רחל"), ("ירושלים", "תל אביב", "חיפה", "באר שבע")),
    "arabic": (("محمد", "فاطمة", "علي", "خديجة"), ("القاهرة", "الرياض", "دبي", "بيروت")),
    "thai": (("สมชาย", "สมหญิง", "มานี", "ปิติ"), ("กรุงเทพ", "เชียงใหม่", "ภูเก็ต", "ขอนแก่น")),
    "chinese": (("王小明", "李娜", "张伟", "刘洋"), ("北京", "上海", "广州", "深圳")),
    "taiwanese": (("陳小明", "林美玲", "黃志豪", "張雅婷"), ("臺北", "高雄", "新竹", "桃園")),
    "japanese": (("山田太郎", "鈴木花子", "佐藤健", "高橋めぐみ"), ("東京", "大阪", "名古屋", "さいたま")),
    "korean": (("김철수", "이영희", "박민수", "최지은"), ("서울", "부산", "대구", "인천")),
}
ENCODED = (
    *(("french", codec) for codec in ("cp1252", "latin-1", "cp850", "mac_roman", "utf-8-sig", "utf-16")),
    *(("german", codec) for codec in ("cp1252", "iso8859_15", "cp850", "utf-16-le", "utf-32")),
    *(("spanish", codec) for codec in ("cp1252", "mac_roman", "utf-16-be")),
    *(("portuguese", codec) for codec in ("cp1252", "cp850")),
    *(("nordic", codec) for codec in ("cp1252", "mac_roman")),
    *(("polish", codec) for codec in ("cp1250", "iso8859_2", "cp852")),
    *(("czech", codec) for codec in ("cp1250", "iso8859_2")),
    *(("hungarian", codec) for codec in ("cp1250",)),
    *(("turkish", codec) for codec in ("cp1254",)),
    *(("lithuanian", codec) for codec in ("cp1257",)),
    *(("russian", codec) for codec in ("cp1251", "koi8_r", "cp866", "iso8859_5", "utf-16")),
    *(("ukrainian", codec) for codec in ("cp1251",)),
    *(("greek", codec) for codec in ("cp1253", "iso8859_7")),
    *(("hebrew", codec) for codec in ("cp1255",)),
    *(("arabic", codec) for codec in ("cp1256",)),
    *(("thai", codec) for codec in ("cp874",)),
    *(("chinese", codec) for codec in ("gb18030", "gbk", "utf-16-le", "utf-8-sig")),
    *(("taiwanese", codec) for codec in ("big5", "utf-16")),
    *(("japanese", codec) for codec in ("cp932", "euc_jp", "iso2022_jp", "utf-16")),
    *(("korean", codec) for codec in ("cp949", "euc_kr")),
)


def encodings() -> Iterator[Ugly]:
    """Words of twenty languages in the encodings that their exports come in."""
    for language, codec in ENCODED:
        names, cities = LANGUAGES[language]
        data = text(rows(30, names, cities), delimiter=";" if codec in {"cp1251", "cp1250"} else ",")
        if codec == "utf-16-be":
            data = "\ufeff" + data
        yield plain(
            f"{language}_{codec}.csv",
            data.encode(codec),
            count=30,
            extra=[(0, 1, names[0]), (1, 2, cities[1])],
        )
    table = text(rows(40, ("José", "Zoë", "Müller")))
    yield plain("bad_bytes.csv", table.encode().replace(b"Lyon", b"Ly\xffn", 1), extra=[(0, 1, "José")])
    yield plain("zero_bytes.csv", table.encode().replace(b"Porto", b"Por\x00to"), extra=[(2, 2, "Porto")])
    yield plain(
        "smart_quotes.csv",
        text(rows(40, ("“Ann”", "d’Arc", "Bob…"))).encode("cp1252"),
        extra=[(1, 1, "d’Arc")],
    )
    yield plain(
        "one_euro.csv",
        text(rows(40, NAMES, ("Preis €", "Paris"))).encode("cp1252"),
        extra=[(0, 2, "Preis €")],
    )
    yield plain(
        "late_accent.csv",
        (text(rows(5000)) + "5001,Zoë,Köln,1.50,2024-01-01\n").encode("cp1252"),
        count=5001,
        extra=[(5000, 1, "Zoë")],
    )


def separators() -> Iterator[Ugly]:
    """Signs and words between cells."""
    names = {
        ",": "comma",
        ";": "semicolon",
        "\t": "tab",
        "|": "pipe",
        "^": "caret",
        "~": "tilde",
        "\x1f": "unit",
        "\x01": "ctrl_a",
        "§": "paragraph",
        "¦": "brokenbar",
        "!": "bang",
        "#": "hash",
        "||": "double_pipe",
        "::": "double_colon",
        ";;": "double_semicolon",
        "~|~": "tilde_pipe",
        "@@": "at_at",
        "^^": "carets",
    }
    for sign, word in names.items():
        yield plain(f"sep_{word}.txt", text(rows(), delimiter=sign), extra=[(2, 1, "Carla")])
    yield plain("sep_comma_space.csv", text(rows(), delimiter=", "), extra=[(2, 1, "Carla")])
    yield plain("sep_line.csv", "sep=;\r\n" + text(rows(), delimiter=";", end="\r\n"))
    yield plain("sep_line_pipe.csv", "SEP=|\n" + text(rows(), delimiter="|"))
    commas = rows(40, ("Smith, John", "Doe, Jane"))
    yield plain("semicolon_with_commas.csv", text(commas, delimiter=";"), extra=[(0, 1, "Smith, John")])
    yield plain("tab_with_commas.tsv", text(commas, delimiter="\t"), extra=[(0, 1, "Smith, John")])
    yield plain(
        "pipe_with_all.csv", text(rows(40, ("a;b,c", "d\te")), delimiter="|"), extra=[(0, 1, "a;b,c")]
    )
    width = [max(len(row[place]) for row in [list(COLUMNS), *rows()]) + 2 for place in range(5)]
    fixed = "".join(
        "".join(cell.ljust(size) for cell, size in zip(row, width, strict=True)).rstrip() + "\n"
        for row in [list(COLUMNS), *rows()]
    )
    yield plain("fixed_width.txt", fixed)
    right = "".join(
        "".join(cell.rjust(size) for cell, size in zip(row, width, strict=True)) + "\n"
        for row in [list(COLUMNS), *rows()]
    )
    yield plain("fixed_right.txt", right)
    spaced = rows(40, NAMES, ("New York", "Los Angeles", "San Jose"))
    width[2] = 14
    loose = "".join(
        "".join(cell.ljust(size) for cell, size in zip(row, width, strict=True)).rstrip() + "\n"
        for row in [list(COLUMNS), *spaced]
    )
    yield plain("fixed_with_spaces.txt", loose, extra=[(0, 2, "New York")])
    yield (
        plain(
            "markdown.txt",
            "| "
            + " | ".join(COLUMNS)
            + " |\n|"
            + "---|" * 5
            + "\n"
            + "".join("| " + " | ".join(row) + " |\n" for row in rows()),
            note="free names",
        )
        if False
        else plain("spaces_one.txt", text(rows(), delimiter=" "))
    )


def quoting() -> Iterator[Ugly]:
    """Quotes, escapes and line breaks in cells."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([list(COLUMNS), *rows()])
    yield plain("quote_all.csv", buffer.getvalue())
    kinds = ("int", "str", "float")
    names = ("id", "comment", "score")

    def made(
        name: str, comment: str, value: str, count: int = 25, end: str = "\n", delimiter: str = ","
    ) -> Ugly:
        body = "".join(f"{index}{delimiter}{comment}{delimiter}{index + 0.5}{end}" for index in range(count))
        return Ugly(
            name,
            f"id{delimiter}comment{delimiter}score{end}{body}".encode(),
            names,
            kinds,
            count,
            [(0, 1, value), (count - 1, 1, value), (1, 2, 1.5)],
        )

    yield made("backslash_quotes.csv", r'"say \"hi\", he said"', 'say "hi", he said')
    yield made("backslash_delimiter.csv", r"a\,b", "a,b")
    yield made("backslash_path.csv", '"C:\\temp\\"', "C:\\temp\\")
    yield made("doubled_quotes.csv", '"a ""quoted"" word"', 'a "quoted" word')
    yield made("only_quotes.csv", '""""', '"')
    yield made("quoted_newlines.csv", '"line1\nline2"', "line1\nline2")
    yield made("quoted_crlf.csv", '"line1\r\nline2"', "line1\r\nline2", end="\r\n")
    yield made("quoted_lf_in_crlf.csv", '"line1\nline2"', "line1\nline2", end="\r\n")
    yield made("quoted_blank_lines.csv", '"a\n\n\nb"', "a\n\n\nb")
    yield made("single_quotes.csv", "'it, is'", "it, is")
    yield made("single_quotes_doubled.csv", "'it''s, so'", "it's, so", delimiter=",")
    yield made("apostrophes.csv", "it's O'Brien's", "it's O'Brien's")
    yield made("inner_quotes.csv", '"5" pipe, long"', '5" pipe, long')
    yield made("stray_quote_middle.csv", 'a 5" pipe', 'a 5" pipe')
    yield made("stray_quote_end.csv", 'pipe 5"', 'pipe 5"')
    yield made("unclosed_everywhere.csv", '"open', '"open')
    yield made("json_cells.csv", '"{""a"": [1, 2], ""b"": ""x\\n""}"', '{"a": [1, 2], "b": "x\\n"}')
    body = "".join(
        f"{index},{chr(34) + 'open' if index == 7 else 'word'},{index + 0.5}\n" for index in range(40)
    )
    yield Ugly(
        "unclosed_once.csv",
        f"id,comment,score\n{body}".encode(),
        names,
        kinds,
        40,
        [(7, 1, '"open'), (8, 1, "word"), (39, 2, 39.5)],
    )
    body = "".join(
        f"{index},{chr(34)}{'w' * (index * 400)},x{chr(34)},{index + 0.5}\n" for index in range(60)
    )
    yield Ugly(
        "long_cells.csv",
        f"id,comment,score\n{body}".encode(),
        names,
        kinds,
        60,
        [(1, 1, "w" * 400 + ",x"), (59, 2, 59.5)],
    )
    yield made("html_cells.csv", '"<b>bold</b>, <i>x</i>"', "<b>bold</b>, <i>x</i>")
    yield made("formulas.csv", '"=SUM(A1:A9)"', "=SUM(A1:A9)")
    yield made("excel_text.csv", '"=""007"""', '="007"')
    yield made("emoji.csv", "👍 שלום", "👍 שלום")
    yield made("tab_in_quotes.tsv", '"a\tb"', "a\tb", delimiter="\t")


def line_ends() -> Iterator[Ugly]:
    """Every way to end a line."""
    yield plain("crlf.csv", text(rows(), end="\r\n"))
    yield plain("cr.csv", text(rows(), end="\r"))
    mixed = "".join(
        line + ("\r\n" if place % 3 else "\n") for place, line in enumerate(text(rows()).splitlines())
    )
    yield plain("mixed_ends.csv", mixed)
    three = "".join(
        line + ("\r\n", "\n", "\r")[place % 3] for place, line in enumerate(text(rows()).splitlines())
    )
    yield plain("three_ends.csv", three)
    yield plain("no_final_end.csv", text(rows()).rstrip("\n"))
    yield plain("blank_between.csv", text(rows(), end="\n\n"))
    yield plain("blank_between_crlf.csv", text(rows(), end="\r\n\r\n"))
    yield plain("blank_at_end.csv", text(rows()) + "\n\n\n   \n")
    yield plain("blank_at_start.csv", "\n\n" + text(rows()))
    yield plain("doubled_cr.csv", text(rows(), end="\r\r\n"))
    yield plain("ctrl_z.csv", text(rows()) + "\x1a")
    yield plain("padding_rows.csv", text(rows()) + ",,,,\n" * 30)
    yield plain("trailing_spaces.csv", text(rows(), end="   \n"))


def headers() -> Iterator[Ugly]:
    """Titles above, two rows, none at all."""
    yield plain("title.csv", "Quarterly report\n" + text(rows()))
    yield plain("titles.csv", "Quarterly report\nMade on 2024-05-01 by finance, Berlin\n\n" + text(rows()))
    yield plain("title_padded.csv", "Quarterly report,,,,\n,,,,\n" + text(rows()))
    yield plain("title_pairs.csv", "Report:,Sales,,,\nPeriod:,2024,,,\n\n" + text(rows()))
    yield plain("comments.csv", "# made by a logger\n# version 2, beta\n" + text(rows()))
    yield plain("hash_header.csv", "#" + text(rows()))
    yield plain("comment_inside.csv", text(rows(20)) + "# a remark\n" + text(rows(40)[20:], None))
    yield plain("repeated_header.csv", text(rows(20)) + text(rows(40)[20:]))
    yield plain("spaces_in_header.csv", text(rows(), [f" {name} " for name in COLUMNS]))
    yield plain("quoted_header.csv", text(rows(), [f'"{name}"' for name in COLUMNS]))
    yield Ugly("no_header.csv", text(rows(), None).encode(), None, TYPES, 40, [(0, 0, 1), (39, 0, 40)])
    numbers = "".join(f"{index * 1.5},{index},{index * 2}\n" for index in range(30))
    yield Ugly(
        "no_header_numbers.csv",
        numbers.encode(),
        None,
        ("float", "int", "int"),
        30,
        [(0, 0, 0.0), (29, 1, 29)],
    )
    words = "".join(
        f"{country},{capital}\n"
        for country, capital in [("France", "Paris"), ("Italy", "Rome"), ("Spain", "Madrid")] * 8
    )
    yield Ugly(
        "words_header.csv",
        f"country,capital\n{words}".encode(),
        ("country", "capital"),
        ("str", "str"),
        24,
        [(0, 0, "France")],
    )
    yield Ugly("words_no_header.csv", words.encode(), None, ("str", "str"), 24, [(0, 0, "France")])
    yield Ugly(
        "duplicates.csv",
        ("x,x,y,y,\n" + "".join(f"{i},{i + 1},a,b,c\n" for i in range(20))).encode(),
        None,
        ("int", "int", "str", "str", "str"),
        20,
        [(0, 1, 1)],
    )
    yield Ugly(
        "blank_names.csv",
        (",b,\n" + "".join(f"{i},{i + 1},w{i}\n" for i in range(20))).encode(),
        None,
        ("int", "int", "str"),
        20,
        [(1, 1, 2)],
    )
    yield Ugly(
        "two_rows.csv",
        (
            "region,2023,2023,2024,2024\n,q1,q2,q1,q2\n"
            + "".join(f"R{i},{i},{i + 1},{i + 2},{i + 3}\n" for i in range(20))
        ).encode(),
        None,
        ("str", "int", "int", "int", "int"),
        20,
        [(0, 4, 3)],
    )
    yield Ugly(
        "two_rows_merged.csv",
        (
            ",Sales,,Costs,\nregion,net,gross,net,gross\n"
            + "".join(f"R{i},{i}.5,{i + 1}.5,{i + 2},{i + 3}\n" for i in range(20))
        ).encode(),
        ("region", "Sales net", "Sales gross", "Costs net", "Costs gross"),
        ("str", "float", "float", "int", "int"),
        20,
        [(0, 4, 3)],
    )
    yield Ugly(
        "units_row.csv",
        (
            "name,weight,height\n,kg,cm\n" + "".join(f"P{i},{60 + i}.5,{170 + i}\n" for i in range(20))
        ).encode(),
        None,
        ("str", "float", "int"),
        20,
        [(0, 1, 60.5)],
    )
    yield Ugly(
        "year_names.csv",
        ("country,2019,2020,2021\n" + "".join(f"C{i},{i}.5,{i + 1},{i + 2}\n" for i in range(20))).encode(),
        ("country", "2019", "2020", "2021"),
        ("str", "float", "int", "int"),
        20,
        [(0, 1, 0.5)],
    )
    yield Ugly(
        "row_names.csv",
        ('"a" "b"\n' + "".join(f'"{i}" {i * 2} {i}.5\n' for i in range(1, 21))).encode(),
        None,
        ("int", "int", "float"),
        20,
        [(0, 1, 2), (0, 2, 1.5)],
    )
    yield Ugly(
        "index_column.csv",
        (",a,b\n" + "".join(f"{i},{i * 2},{i}.5\n" for i in range(20))).encode(),
        None,
        ("int", "int", "float"),
        20,
        [(0, 2, 0.5)],
    )
    yield Ugly(
        "sql_names.csv",
        ('select,drop table x;--,a"b\n' + "".join(f"{i},{i * 2},{i}.5\n" for i in range(20))).encode(),
        ("select", "drop table x;--", 'a"b'),
        ("int", "int", "float"),
        20,
        [(0, 2, 0.5)],
    )
    yield Ugly(
        "odd_names.csv",
        ("😀,اسم,col\tx\n".replace("\t", " ") + "".join(f"{i},{i * 2},{i}.5\n" for i in range(20))).encode(),
        ("😀", "اسم", "col x"),
        ("int", "int", "float"),
        20,
        [(0, 2, 0.5)],
    )


def below() -> Iterator[Ugly]:
    """Totals and notes under the table."""
    total = sum(float(row[3]) for row in rows())
    yield plain("total.csv", text(rows()) + f"Total,,,{total:.2f},\n")
    yield plain("grand_total.csv", text(rows()) + f"\nGrand Total,,,{total:.2f},\n")
    yield plain("summe.csv", text(rows(), delimiter=";") + f"Summe;;;{total:.2f};\n")
    yield plain("count_note.csv", text(rows()) + "\n(40 rows affected)\n")
    yield plain("source_note.csv", text(rows()) + "\nSource: Eurostat, 2024\n")
    yield plain("two_notes.csv", text(rows()) + f"Total,,,{total:.2f},\n\nNotes:\nAll figures in thousands\n")
    yield plain("end_mark.csv", text(rows()) + "-- end of report --\n")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug")
    body = "".join(f"{month},{place * 10 + 5}\n" for place, month in enumerate(months))
    yield Ugly(
        "total_of_words.csv",
        f"month,sales\n{body}Total,{sum(place * 10 + 5 for place in range(8))}\n".encode(),
        ("month", "sales"),
        ("str", "int"),
        8,
        [(7, 1, 75)],
    )
    groups = "".join(f"{sex},{place}\n" for place, sex in enumerate(("male", "female", "Total") * 5))
    yield Ugly(
        "total_is_a_value.csv",
        f"sex,n\n{groups}".encode(),
        ("sex", "n"),
        ("str", "int"),
        15,
        [(14, 0, "Total")],
    )


def shapes() -> Iterator[Ugly]:
    """Rows of different lengths, very wide ones, a single column."""
    short = "".join(f"{i},x\n" if i % 4 == 0 else f"{i},x,{i}.5,y\n" for i in range(40))
    yield Ugly(
        "short_rows.csv",
        f"a,b,c,d\n{short}".encode(),
        ("a", "b", "c", "d"),
        ("int", "str", "float", "str"),
        40,
        [(0, 2, None), (1, 2, 1.5)],
    )
    late = "".join(f"{i},x,{i}.5,y\n" if i != 30_000 else f"{i},x\n" for i in range(40_000))
    yield Ugly(
        "short_late.csv",
        f"a,b,c,d\n{late}".encode(),
        ("a", "b", "c", "d"),
        ("int", "str", "float", "str"),
        40_000,
        [(30_000, 2, None), (30_001, 2, 30_001.5)],
    )
    long = "".join(f"{i},x,{i}.5{',more' if i % 5 == 0 else ''}\n" for i in range(1, 41))
    yield Ugly(
        "long_rows.csv",
        f"a,b,c\n{long}".encode(),
        ("a", "b", "c"),
        ("int", "str", "float"),
        40,
        [(0, 2, 1.5)],
        note="ragged long: extra columns are accepted",
    )
    trailing = "".join(f"{i},x,{i}.5,\n" for i in range(30))
    yield Ugly("trailing.csv", f"a,b,c,\n{trailing}".encode(), None, None, 30, [(1, 2, 1.5)], note="extra")
    yield Ugly(
        "trailing_rows_only.csv",
        f"a,b,c\n{trailing}".encode(),
        ("a", "b", "c"),
        ("int", "str", "float"),
        30,
        [(1, 2, 1.5)],
        note="extra",
    )
    yield Ugly(
        "one_column.csv",
        ("price\n" + "".join(f"{i}.25\n" for i in range(30))).encode(),
        ("price",),
        ("float",),
        30,
        [(1, 0, 1.25)],
    )
    yield Ugly(
        "one_column_comma.csv",
        ("price\n" + "".join(f"{i},25\n" for i in range(30))).encode(),
        ("price",),
        ("float",),
        30,
        [(1, 0, 1.25)],
    )
    yield Ugly(
        "one_column_words.csv",
        (
            "remark\n" + "".join(f"word number {i}, or so\n" if i % 3 else f"hello {i}\n" for i in range(30))
        ).encode(),
        ("remark",),
        ("str",),
        30,
        [(0, 0, "hello 0")],
    )
    yield Ugly(
        "one_column_times.csv",
        ("at\n" + "".join(f"2024-01-{i + 1:02d} 10:00:00\n" for i in range(28))).encode(),
        ("at",),
        ("datetime",),
        28,
        [(0, 0, "2024-01-01T10:00:00")],
    )
    wide = 1_200
    yield Ugly(
        "wide.csv",
        (
            ",".join(f"c{i}" for i in range(wide))
            + "\n"
            + "".join(",".join(str(i * r) for i in range(wide)) + "\n" for r in range(1, 9))
        ).encode(),
        [f"c{i}" for i in range(wide)],
        ["int"] * wide,
        8,
        [(7, 1199, 8 * 1199)],
    )
    yield Ugly("one_row.csv", b"a,b\n1,x\n", ("a", "b"), ("int", "str"), 1, [(0, 0, 1)])
    yield Ugly(
        "blank_column.csv",
        ("a,b,c\n" + "".join(f"{i},,{i}.5\n" for i in range(20))).encode(),
        ("a", "b", "c"),
        ("int", "str", "float"),
        20,
        [(0, 1, None)],
    )
    yield Ugly(
        "sparse.csv",
        ("a,b\n" + "".join(f"{i},\n" for i in range(5000)) + "5000,7.5\n").encode(),
        ("a", "b"),
        ("int", "float"),
        5001,
        [(5000, 1, 7.5)],
    )


def column(
    name: str,
    values: Sequence[str],
    kind: str,
    cells: Sequence[tuple[int, Cell]],
    *,
    delimiter: str = ",",
    before: str = "k",
) -> Ugly:
    """A table with a counter and one column in question."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow([before, "v"])
    writer.writerows([[f"k{place}", value] for place, value in enumerate(values)])
    return Ugly(
        name,
        buffer.getvalue().encode(),
        (before, "v"),
        ("str", kind),
        len(values),
        [(row, 1, value) for row, value in cells],
    )


def numbers() -> Iterator[Ugly]:
    """Numbers as people write them."""
    yield column(
        "us_thousands.csv",
        ["1,234.56", "12,345,678.90", "999.00", "-1,000.50"] * 8,
        "float",
        [(0, 1234.56), (3, -1000.5)],
    )
    yield column(
        "eu_thousands.csv",
        ["1.234,56", "12.345.678,90", "999,00", "-1.000,50"] * 8,
        "float",
        [(0, 1234.56), (3, -1000.5)],
        delimiter=";",
    )
    yield column(
        "fr_thousands.csv",
        ["1 234,56", "12 345 678,90", "999,00"] * 8,
        "float",
        [(0, 1234.56)],
        delimiter=";",
    )
    yield column(
        "nbsp_thousands.csv",
        ["1\u00a0234,56", "12\u202f345", "999,00"] * 8,
        "float",
        [(0, 1234.56), (1, 12345)],
        delimiter=";",
    )
    yield column("ch_thousands.csv", ["1'234.56", "12'345'678.90", "999.00"] * 8, "float", [(0, 1234.56)])
    yield column("in_thousands.csv", ["12,34,567", "1,000", "5"] * 8, "int", [(0, 1234567)])
    yield column("us_integers.csv", ["1,234", "12,345,678", "999"] * 8, "int", [(0, 1234)])
    yield column("decimal_comma.csv", ["1,5", "-0,25", "100"] * 8, "float", [(1, -0.25)], delimiter=";")
    yield column("decimal_comma_tab.tsv", ["1,5", "-0,25", "100"] * 8, "float", [(1, -0.25)], delimiter="\t")
    yield column("dollars.csv", ["$10.50", "$1,211.00", "-$3.25"] * 8, "float", [(1, 1211), (2, -3.25)])
    yield column(
        "euros.csv", ["10,50 €", "1.211,00 €", "-3,25 €"] * 8, "float", [(1, 1211), (2, -3.25)], delimiter=";"
    )
    yield column("pounds.csv", ["£10.50", "£1,211", "(£3.25)"] * 8, "float", [(1, 1211), (2, -3.25)])
    yield column("codes.csv", ["10.50 USD", "1,211 USD", "3 USD"] * 8, "float", [(1, 1211)])
    yield column("yen.csv", ["¥1,050", "¥900", "¥12,000"] * 8, "float", [(0, 1050)])
    yield column("kronor.csv", ["1 050 kr", "900 kr"] * 8, "float", [(0, 1050)])
    yield column("mixed_money.csv", ["$10.50", "€11.00", "£12"] * 8, "str", [(1, "€11.00")])
    yield column("percent.csv", ["5%", "7.5%", "100%"] * 8, "float", [])
    yield column("percent_comma.csv", ["5,5 %", "7 %", "-1,25 %"] * 8, "float", [], delimiter=";")
    yield column("brackets.csv", ["(1,234.50)", "17.25", "(3)"] * 8, "float", [(0, -1234.5), (1, 17.25)])
    yield column("minus_behind.csv", ["123.45-", "6.00"] * 8, "float", [(0, -123.45)])
    yield column("unicode_minus.csv", ["−5.5", "3.25"] * 8, "float", [(0, -5.5)])
    yield column("signs.csv", ["+1.5", "-0.3", "+12.0"] * 8, "float", [(0, 1.5), (1, -0.3)])
    yield column("scientific.csv", ["1e5", "2.5E-3", "-1.5e+10"] * 8, "float", [(0, 1e5), (1, 0.0025)])
    yield column("infinite.csv", ["1.5", "inf", "-inf", "NaN"] * 8, "float", [(0, 1.5), (3, None)])
    yield column("bare_points.csv", [".5", "1.", "-.25"] * 8, "float", [(0, 0.5), (1, 1), (2, -0.25)])
    yield column(
        "null_words.csv",
        ["1.5", "NA", "n/a", "NULL", "-", "", "#N/A", "None", "2"] * 4,
        "float",
        [(0, 1.5), (1, None), (4, None), (8, 2)],
    )
    yield column("null_ints.csv", ["1", "", "3", "null"] * 8, "int", [(0, 1), (1, None)])
    yield column("leading_zeros.csv", ["00123", "01000", "99999"] * 8, "str", [(0, "00123")])
    yield column("phones.csv", ["+33600000000", "+49301234567"] * 8, "str", [(0, "+33600000000")])
    yield column(
        "long_digits.csv",
        ["12345678901234567890", "98765432109876543210"] * 8,
        "str",
        [(0, "12345678901234567890")],
    )
    yield column("big_ints.csv", ["9007199254740993", "9007199254740995"] * 8, "int", [(0, 9007199254740993)])
    yield column(
        "late_word.csv", [str(i) for i in range(30_000)] + ["ABC"], "str", [(30_000, "ABC"), (0, "0")]
    )
    yield column("late_decimal.csv", [str(i) for i in range(30_000)] + ["0.5"], "float", [(30_000, 0.5)])
    yield column(
        "late_thousands.csv", [str(i % 900) for i in range(30_000)] + ["1,234"], "int", [(30_000, 1234)]
    )
    yield column("versions.csv", ["1.2.3", "1.10.0"] * 8, "str", [(0, "1.2.3")])
    yield column("addresses.csv", ["10.0.0.1", "192.168.1.20"] * 8, "str", [(0, "10.0.0.1")])
    yield column("hexadecimal.csv", ["0x1F", "0xA0"] * 8, "str", [(0, "0x1F")])
    yield column("ranges.csv", ["1-5", "6-10"] * 8, "str", [(0, "1-5")])
    yield column("padded.csv", ["  1.5", " 22.0 ", "3  "] * 8, "float", [(1, 22)])
    yield column("words_and_numbers.csv", ["1", "two", "3"] * 8, "str", [(0, "1"), (1, "two")])


def moments() -> Iterator[Ugly]:
    """Dates, times and truth values as people write them."""
    day = range(1, 29)
    yield column("dmy_slash.csv", [f"{d:02d}/03/2024" for d in day], "date", [(12, "2024-03-13")])
    yield column("mdy_slash.csv", [f"03/{d:02d}/2024" for d in day], "date", [(12, "2024-03-13")])
    yield column("mdy_plain.csv", [f"3/{d}/2024" for d in day], "date", [(12, "2024-03-13")])
    yield column(
        "dmy_late.csv",
        ["01/02/2024"] * 5_000 + ["25/12/2024"],
        "date",
        [(0, "2024-02-01"), (5_000, "2024-12-25")],
    )
    yield column("dmy_points.csv", [f"{d}.3.2024" for d in day], "date", [(0, "2024-03-01")])
    yield column("dmy_dashes.csv", [f"{d:02d}-03-2024" for d in day], "date", [(12, "2024-03-13")])
    yield column("dmy_short.csv", [f"{d:02d}.03.24" for d in day], "date", [(0, "2024-03-01")])
    yield column("mdy_short.csv", [f"3/{d}/99" for d in day], "date", [(12, "1999-03-13")])
    yield column("ymd_slash.csv", [f"2024/03/{d:02d}" for d in day], "date", [(0, "2024-03-01")])
    yield column("ymd_points.csv", [f"2024.03.{d:02d}" for d in day], "date", [(0, "2024-03-01")])
    yield column("ymd_compact.csv", [f"202403{d:02d}" for d in day], "date", [(0, "2024-03-01")])
    yield column("ymd_loose.csv", [f"2024-3-{d}" for d in day], "date", [(0, "2024-03-01")])
    yield column("month_names.csv", [f"{d} March 2024" for d in day], "date", [(0, "2024-03-01")])
    yield column("month_short.csv", [f"{d:02d}-Mar-2024" for d in day], "date", [(0, "2024-03-01")])
    yield column("month_shorter.csv", [f"{d:02d}-MAR-24" for d in day], "date", [(0, "2024-03-01")])
    yield column("month_first.csv", [f"Mar {d}, 2024" for d in day], "date", [(0, "2024-03-01")])
    yield column("month_german.csv", [f"{d}. März 2024" for d in day], "date", [(0, "2024-03-01")])
    yield column("month_french.csv", [f"{d} février 2024" for d in day], "date", [(0, "2024-02-01")])
    yield column("month_spanish.csv", [f"{d} de enero de 2024" for d in day], "date", [(0, "2024-01-01")])
    yield column("weekdays.csv", [f"Fri, {d:02d} Mar 2024" for d in day], "date", [(0, "2024-03-01")])
    yield column("japanese_dates.csv", [f"2024年3月{d}日" for d in day], "date", [(0, "2024-03-01")])
    yield column(
        "iso_times.csv", [f"2024-03-{d:02d}T10:00:00" for d in day], "datetime", [(0, "2024-03-01T10:00:00")]
    )
    yield column(
        "iso_spaces.csv", [f"2024-03-{d:02d} 10:00" for d in day], "datetime", [(0, "2024-03-01T10:00:00")]
    )
    yield column(
        "iso_fractions.csv",
        [f"2024-03-{d:02d} 10:00:00.123" for d in day],
        "datetime",
        [(0, "2024-03-01T10:00:00.123000")],
    )
    yield column("iso_zulu.csv", [f"2024-03-{d:02d}T10:00:00Z" for d in day], "datetime", [])
    yield column(
        "iso_offset.csv",
        [f"2024-03-{d:02d}T10:00:00+02:00" for d in day],
        "datetime",
        [(0, "2024-03-01T08:00:00+00:00")],
    )
    yield column(
        "dmy_times.csv", [f"{d:02d}/03/2024 13:45" for d in day], "datetime", [(0, "2024-03-01T13:45:00")]
    )
    yield column(
        "mdy_pm.csv", [f"03/{d:02d}/2024 1:45 PM" for d in day], "datetime", [(0, "2024-03-01T13:45:00")]
    )
    yield column(
        "points_times.csv", [f"{d}.3.2024 13:45:10" for d in day], "datetime", [(0, "2024-03-01T13:45:10")]
    )
    yield column(
        "far_dates.csv",
        ["1850-05-05", "2400-01-01", "1582-10-15"] * 8,
        "date",
        [(0, "1850-05-05"), (1, "2400-01-01")],
    )
    yield column("impossible.csv", ["2024-02-29", "2023-02-29"] * 8, "str", [(1, "2023-02-29")])
    yield column("times.csv", ["13:45", "1:02:03"] * 8, "time", [])
    yield column("true_false.csv", ["TRUE", "false", ""] * 8, "bool", [(0, True), (1, False), (2, None)])
    yield column("yes_no.csv", ["yes", "No", "YES"] * 8, "bool", [(0, True), (1, False)])
    yield column("y_n.csv", ["Y", "N"] * 8, "bool", [(0, True), (1, False)])
    yield column("only_y.csv", ["Y"] * 16, "str", [(0, "Y")])
    yield column("ja_nein.csv", ["Ja", "Nein"] * 8, "bool", [(0, True), (1, False)])
    yield column("zero_one.csv", ["0", "1"] * 8, "int", [(1, 1)])


def hostile() -> Iterator[Ugly]:
    """What is no table, or hides one."""
    table = text(rows())
    yield Ugly("empty.csv", b"", kind="empty")
    yield Ugly("blanks.csv", b"\n  \n\t\n", kind="empty")
    yield Ugly("bom_only.csv", b"\xef\xbb\xbf", kind="empty")
    yield Ugly("header_only.csv", b"id;name;city\r\n", ("id", "name", "city"), None, 0, kind="header_only")
    yield Ugly(
        "page.csv", b"<!DOCTYPE html>\n<html><body><h1>404, not found</h1></body></html>\n", kind="reject"
    )
    yield Ugly("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, kind="reject")
    yield Ugly("document.csv", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", kind="reject")
    yield Ugly(
        "random.csv", bytes((place * 7919 + place * place) % 256 for place in range(5000)), kind="reject"
    )
    yield Ugly(
        "not_a_zip.csv", b"PK\x03\x04" + bytes((place * 31) % 256 for place in range(3000)), kind="reject"
    )
    yield plain("gzip.csv", gzip.compress(table.encode(), mtime=0))
    yield plain("bzip2.csv", bz2.compress(table.encode()))
    yield plain("xz.csv", lzma.compress(table.encode()))
    yield plain("zstd.csv", bytes(pa.compress(table.encode(), codec="zstd", asbytes=True)))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("inside.csv", table)
    yield plain("zip.csv", archive.getvalue())
    yield Ugly("cut_gzip.csv.gz", gzip.compress(table.encode() * 50, mtime=0)[:-200], kind="reject")
    yield Ugly(
        "long_field.csv",
        ('id,blob\n1,"' + "x" * 3_000_000 + '"\n' + "".join(f"{i},y\n" for i in range(2, 20))).encode(),
        ("id", "blob"),
        ("int", "str"),
        19,
        [(1, 1, "y")],
    )


def every() -> list[Ugly]:
    """All of them."""
    parts = (encodings, separators, quoting, line_ends, headers, below, shapes, numbers, moments, hostile)
    return [ugly for part in parts for ugly in part()]


def write_corpus(files: Sequence[Ugly], folder: Path) -> None:
    """A corpus folder: `files/` and `expected.json`."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    entries = []
    for ugly in files:
        (folder / "files" / ugly.name).write_bytes(ugly.content)
        entries.append(
            {
                "file": ugly.name,
                "kind": ugly.kind,
                "columns": list(ugly.columns) if ugly.columns else None,
                "types": list(ugly.types) if ugly.types else None,
                "n_rows": ugly.n_rows,
                "cells": [list(cell) for cell in ugly.cells],
                "note": ugly.note,
            }
        )
    (folder / "expected.json").write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    write_corpus(every(), Path(sys.argv[1]))
