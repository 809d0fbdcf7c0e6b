"""Files as banks, ledgers, shops, databases and instruments of many countries write them, with what they hold.

`python -m tests.corpora.exports DIR` writes them as a corpus for `scripts/read_corpus.py`.
"""

# ruff: noqa: E501  a line of code here is a line of a file

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.corpora.ugly import Cell, Ugly, write_corpus

Cells = Sequence[tuple[int, int, Cell]]


def file(
    name: str,
    text: str,
    types: str,
    rows: int,
    cells: Cells,
    *,
    columns: str | None = None,
    encoding: str = "utf-8",
    note: str = "",
) -> Ugly:
    """Types by their first letters (i f b d t s h: int, float, bool, date, datetime, str, time); names by bars."""
    return Ugly(
        name,
        text.encode(encoding),
        tuple(columns.split("|")) if columns is not None else None,
        tuple(_TYPES[letter] for letter in types) if types else None,
        rows,
        cells,
        note=note,
    )


_TYPES = {
    "i": "int", "f": "float", "b": "bool", "d": "date", "t": "datetime", "s": "str", "h": "time",
}  # fmt: skip


NULL = "\\N"


def banks() -> Iterator[Ugly]:
    """Statements of accounts."""
    booked = [
        (f"{n % 28 + 1:02d}.{n % 12 + 1:02d}.24", f"Händler {n}", f"{-1234.5 - n:.2f}".replace(".", ","))
        for n in range(30)
    ]
    yield file(
        "sparkasse_camt.csv",
        '"Auftragskonto";"Buchungstag";"Beguenstigter/Zahlungspflichtiger";"Betrag";"Waehrung"\r\n'
        + "".join(f'"DE02120300000000202051";"{day}";"{who}";"{amount}";"EUR"\r\n' for day, who, amount in booked),
        "sdsfs", 30, [(0, 1, "2024-01-01"), (1, 3, -1235.5), (29, 2, "Händler 29")],
        columns="Auftragskonto|Buchungstag|Beguenstigter/Zahlungspflichtiger|Betrag|Waehrung", encoding="cp1252",
    )  # fmt: skip
    yield file(
        "deutsche_bank.csv",
        "Umsätze Girokonto;;;;Kundennummer: 100 1234567\n01.01.2024 - 31.01.2024\nLetzter Kontostand;;;;5.000,00;EUR\n"
        "Vorgemerkte und noch nicht gebuchte Umsätze sind nicht Bestandteil dieser Übersicht.\n"
        "Buchungstag;Wert;Umsatzart;Verwendungszweck;Betrag;Währung\n"
        + "".join(f"{n + 1:02d}.01.2024;{n + 1:02d}.01.2024;Lastschrift;Strom {n};-1.{100 + n},50;EUR\n" for n in range(20))
        + "Kontostand;31.01.2024;;;1.234,56;EUR\n",
        "ddssfs", 20, [(0, 0, "2024-01-01"), (19, 4, -1119.5)],
        columns="Buchungstag|Wert|Umsatzart|Verwendungszweck|Betrag|Währung", encoding="cp1252",
    )  # fmt: skip
    yield file(
        "dkb.csv",
        '"Girokonto";"DE02120300000000202051"\n""\n"Kontostand vom 31.01.2024:";"1.234,56 €"\n""\n'
        '"Buchungsdatum";"Status";"Zahlungsempfänger*in";"Betrag (€)"\n'
        + "".join(f'"{n + 1:02d}.01.24";"Gebucht";"Laden {n}";"-{n},5{n % 10}"\n' for n in range(20)),
        "dssf", 20, [(1, 0, "2024-01-02"), (3, 3, -3.53)], columns="Buchungsdatum|Status|Zahlungsempfänger*in|Betrag (€)",
        encoding="utf-8-sig",
    )  # fmt: skip
    yield file(
        "ing.csv",
        "Umsatzanzeige;Datei erstellt am: 01.02.2024 10:10\n\nIBAN;DE02 5001 0517 1234 5678 90\nKontoname;Girokonto\nBank;ING\n"
        "Kunde;Erika Mustermann\nZeitraum;01.01.2024 - 31.01.2024\nSaldo;1.234,56;EUR\n\nSortierung;Datum absteigend\n\n"
        "In der CSV-Datei finden Sie alle bereits gebuchten Umsätze. Die vorgemerkten Umsätze werden nicht aufgenommen.\n\n"
        "Buchung;Valuta;Auftraggeber/Empfänger;Buchungstext;Saldo;Währung;Betrag;Währung\n"
        + "".join(f"{28 - n:02d}.01.2024;{28 - n:02d}.01.2024;Wer {n};Lastschrift;{2000 - n},00;EUR;-{n + 1},10;EUR\n" for n in range(25)),
        "ddssfsfs", 25, [(0, 0, "2024-01-28"), (0, 6, -1.1)], encoding="cp1252",
    )  # fmt: skip
    yield file(
        "paypal_de.csv",
        '"Datum","Uhrzeit","Zeitzone","Name","Brutto","Gebühr","Netto"\n'
        + "".join(f'"{n % 28 + 1:02d}.0{n % 9 + 1}.2024","10:{n:02d}:00","CET","Käufer {n}","1.{100 + n},00","-0,35","{1099 + n},65"\n' for n in range(40)),
        "dhssfff", 40, [(2, 4, 1102.0), (2, 5, -0.35), (2, 6, 1101.65), (2, 1, "10:02:00")],
        columns="Datum|Uhrzeit|Zeitzone|Name|Brutto|Gebühr|Netto", encoding="utf-8-sig",
    )  # fmt: skip
    yield file(
        "banque_fr.csv",
        "Compte de chèques;N° 00012345678;Solde au 31/01/2024;1 234,56\n\nDate;Libellé;Débit euros;Crédit euros\n"
        + "".join(
            f"{n + 1:02d}/01/2024;Achat n°{n};{f'-{n + 1} 200,5{n % 10}' if n % 2 else ''};{'' if n % 2 else f'{n},25'}\n"
            for n in range(24)
        ),
        "dsff", 24, [(1, 2, -2200.51), (1, 3, None), (2, 3, 2.25), (23, 0, "2024-01-24")],
        columns="Date|Libellé|Débit euros|Crédit euros", encoding="cp1252",
    )  # fmt: skip
    yield file(
        "swiss_bank.csv",
        "Konto:;CH93 0076 2011 6238 5295 7;\nSaldo:;12'345.60;\n\nDatum;Buchungstext;Belastung;Gutschrift\n"
        + "".join(f"{n % 28 + 1:02d}.{n % 12 + 1:02d}.2024;Zahlung {n};1'{200 + n}.05;\n" for n in range(24)),
        "dsfs", 24, [(0, 2, 1200.05), (3, 0, "2024-04-04")], note="extra",
    )  # fmt: skip
    yield file(
        "us_bank.csv",
        'Description,,Summary Amt.\nBeginning balance as of 01/01/2024,,"1,234.56"\nTotal credits,,"2,000.00"\n'
        'Ending balance as of 01/31/2024,,"900.00"\n\nDate,Description,Amount,Running Bal.\n'
        + "".join(f'01/{n + 1:02d}/2024,"SHOP {n}","-{n}.50","1,{100 + n}.00"\n' for n in range(28)),
        "dsff", 28, [(0, 0, "2024-01-01"), (13, 0, "2024-01-14"), (5, 3, 1105.0)],
        columns="Date|Description|Amount|Running Bal.",
    )  # fmt: skip
    yield file(
        "parentheses.csv",
        "Account,Jan,Feb\n" + "".join(f'Acct {n},"$1,{100 + n}.00","($2,{200 + n}.50)"\n' for n in range(20)),
        "sff", 20, [(1, 1, 1101.0), (1, 2, -2201.5)], columns="Account|Jan|Feb",
    )  # fmt: skip
    yield file(
        "debit_credit_marks.csv",
        "date;text;amount\n" + "".join(f"2024-01-{n + 1:02d};t{n};{n + 1},50 {'S' if n % 2 else 'H'}\n" for n in range(20)),
        "dss", 20, [(0, 2, "1,50 H"), (1, 2, "2,50 S")], columns="date|text|amount",
    )  # fmt: skip


def ledgers() -> Iterator[Ugly]:
    """SAP, DATEV and others that write for printers."""
    rule = "-" * 44
    yield file(
        "sap_alv.txt",
        f"{rule}\n|BelegNr   |Datum     |Text    |    Betrag |\n{rule}\n"
        + "".join(f"|{4900000000 + n}|{n % 28 + 1:02d}.01.2024|Text {n:<3}|{f'{n + 1}.234,5{n % 10}':>10}{'-' if n % 2 else ' '}|\n" for n in range(24))
        + f"{rule}\n",
        "idsf", 24, [(0, 0, 4900000000), (1, 3, -2234.51), (2, 3, 3234.52), (1, 1, "2024-01-02")],
        columns="BelegNr|Datum|Text|Betrag",
    )  # fmt: skip
    yield file(
        "sap_tabs.txt",
        "31.01.2024\t\tDynamische Listenausgabe\t\n\n\tKunde\tName\tUmsatz\n\n"
        + "".join(f"\t{n + 1:010d}\tFirma {n}\t{n + 1}.000,00\n" for n in range(20)),
        "", 20, [], note="extra",
    )  # fmt: skip
    yield file(
        "trailing_minus.csv",
        "doc;amount\n" + "".join(f"D{n};{n + 1}.234,50{'-' if n % 3 else ''}\n" for n in range(20)),
        "sf", 20, [(0, 1, 1234.5), (1, 1, -2234.5)], columns="doc|amount",
    )  # fmt: skip
    yield file(
        "datev.csv",
        '"EXTF";700;21;"Buchungsstapel";13;20240131120000000;;"RE";"";"";1001;1;20240101;4;20240101;20240131;"";""\n'
        "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;Konto;Belegdatum;Belegfeld 1;Buchungstext\n"
        + "".join(f'{n + 1},50;"{"S" if n % 2 else "H"}";{8400 + n};{n % 28 + 1:02d}01;"RE-{n}";"Rechnung {n}"\n' for n in range(30)),
        "fsisss", 30, [(0, 0, 1.5), (0, 3, "0101"), (9, 3, "1001"), (1, 1, "S")], encoding="cp1252",
    )  # fmt: skip
    yield file(
        "1c_russian.csv",
        "Дата;Контрагент;Сумма\n" + "".join(f"{n % 28 + 1:02d}.01.2024;ООО Ромашка {n};{n + 1}\u00a0234,50\n" for n in range(30)),
        "dsf", 30, [(0, 2, 1234.5), (14, 0, "2024-01-15"), (1, 1, "ООО Ромашка 1")],
        columns="Дата|Контрагент|Сумма", encoding="cp1251",
    )  # fmt: skip
    yield file(
        "polish.csv",
        "Data;Opis;Kwota\n" + "".join(f"2024-01-{n % 28 + 1:02d};Opłata za usługę {n};{n + 1} 234,50 zł\n" for n in range(30)),
        "dsf", 30, [(0, 2, 1234.5), (1, 1, "Opłata za usługę 1")], columns="Data|Opis|Kwota", encoding="cp1250",
    )  # fmt: skip
    yield file(
        "brazil.csv",
        "Data;Descrição;Valor;Pago\n" + "".join(f"{n % 28 + 1:02d}/01/2024;Pão {n};R$ {n + 1}.234,50;{'Sim' if n % 2 else 'Não'}\n" for n in range(30)),
        "dsfb", 30, [(0, 2, 1234.5), (20, 0, "2024-01-21"), (1, 3, True)], columns="Data|Descrição|Valor|Pago",
        encoding="cp1252",
    )  # fmt: skip
    yield file(
        "india_lakh.csv",
        "Date,Particulars,Amount\n" + "".join(f'{n % 28 + 1:02d}-Jan-2024,Party {n},"1{n % 10},34,567.50"\n' for n in range(30)),
        "dsf", 30, [(0, 2, 1034567.5), (1, 2, 1134567.5), (4, 0, "2024-01-05")], columns="Date|Particulars|Amount",
    )  # fmt: skip
    yield file(
        "french_excel.csv",
        "Réf;Prix;Taux;Actif\r\n" + "".join(f"A{n:03d};{n + 1}\u202f234,50 €;{n},5 %;{'VRAI' if n % 2 else 'FAUX'}\r\n" for n in range(30)),
        "sffb", 30, [(0, 1, 1234.5), (1, 3, True)], columns="Réf|Prix|Taux|Actif",
    )  # fmt: skip
    yield file(
        "italian.csv",
        "Codice;Città;Importo;Data\n" + "".join(f"{n:05d};Forlì;€ {n + 1}.234,50;{n % 28 + 1}/1/2024\n" for n in range(30)),
        "ssfd", 30, [(0, 0, "00000"), (0, 2, 1234.5), (27, 3, "2024-01-28")], columns="Codice|Città|Importo|Data",
        encoding="cp1252",
    )  # fmt: skip


def asia() -> Iterator[Ugly]:
    """East Asian and right-to-left exports."""
    yield file(
        "japan.csv",
        "日付,商品名,数量,金額\r\n" + "".join(f'2024/{n % 12 + 1}/{n % 28 + 1},りんごジュース{n},{n},"{n + 1},234"\r\n' for n in range(30)),
        "dsii", 30, [(0, 0, "2024-01-01"), (1, 1, "りんごジュース1"), (1, 3, 2234)], columns="日付|商品名|数量|金額",
        encoding="cp932",
    )  # fmt: skip
    yield file(
        "japan_era.csv",
        "日付,店舗,売上\n" + "".join(f"2024年{n % 12 + 1}月{n % 28 + 1}日,東京本店{n},￥{n + 1}000\n" for n in range(30)),
        "dsf", 30, [(2, 0, "2024-03-03"), (2, 2, 3000)], columns="日付|店舗|売上", encoding="cp932",
    )  # fmt: skip
    yield file(
        "alipay.csv",
        "支付宝交易记录明细查询\n账号:[user@example.com]\n起始日期:[2024-01-01 00:00:00]    终止日期:[2024-02-01 00:00:00]\n"
        "---------------------------------交易记录明细列表------------------------------------\n"
        "交易号                  ,交易对方            ,金额（元）   ,收/支     ,\n"
        + "".join(f"20240101220014{n:04d}\t,商家{n}            ,{n + 1}.50   ,支出        ,\n" for n in range(24))
        + "------------------------------------------------------------------------------------\n共24笔记录\n"
        "导出时间:[2024-02-01 10:00:00]    用户:张三\n",
        "", 24, [(1, 2, 2.5)], encoding="gb18030", note="extra",
    )  # fmt: skip
    yield file(
        "wechat.csv",
        "微信支付账单明细,,,,\n微信昵称：[小明],,,,\n起始时间：[2024-01-01 00:00:00] 终止时间：[2024-02-01 00:00:00],,,,\n,,,,\n"
        "----------------------微信支付账单明细列表--------------------,,,,\n交易时间,交易类型,交易对方,收/支,金额(元)\n"
        + "".join(f"2024-01-{n % 28 + 1:02d} 10:00:{n:02d},商户消费,店{n},支出,¥{n + 1}.50\n" for n in range(24)),
        "tsssf", 24, [(0, 0, "2024-01-01T10:00:00"), (1, 4, 2.5)], columns="交易时间|交易类型|交易对方|收/支|金额(元)",
        encoding="utf-8-sig",
    )  # fmt: skip
    yield file(
        "korea.csv",
        "날짜,상품,가격\n" + "".join(f'2024.{n % 12 + 1:02d}.{n % 28 + 1:02d},사과 주스 {n},"{n + 1},000원"\n' for n in range(30)),
        "dsf", 30, [(1, 0, "2024-02-02"), (1, 2, 2000)], columns="날짜|상품|가격", encoding="cp949",
    )  # fmt: skip
    yield file(
        "taiwan.csv",
        "日期,客戶,金額\n" + "".join(f"2024/01/{n % 28 + 1:02d},臺灣電腦公司{n},{n + 1}.5\n" for n in range(30)),
        "dsf", 30, [(1, 1, "臺灣電腦公司1"), (1, 2, 2.5)], columns="日期|客戶|金額", encoding="big5",
    )  # fmt: skip
    yield file(
        "hebrew.csv",
        "שם,עיר,סכום\n" + "".join(f"דוד כהן {n},תל אביב,{n}.5\n" for n in range(30)),
        "ssf", 30, [(1, 0, "דוד כהן 1"), (1, 2, 1.5)], columns="שם|עיר|סכום", encoding="cp1255",
    )  # fmt: skip
    yield file(
        "arabic.csv",
        "الاسم;المدينة;المبلغ\n" + "".join(f"محمد علي {n};القاهرة;{n},5\n" for n in range(30)),
        "ssf", 30, [(1, 1, "القاهرة"), (1, 2, 1.5)], columns="الاسم|المدينة|المبلغ", encoding="cp1256",
    )  # fmt: skip
    yield file(
        "greek.csv",
        "Όνομα;Πόλη;Ποσό\n" + "".join(f"Γιώργος {n};Αθήνα;{n},25\n" for n in range(30)),
        "ssf", 30, [(1, 0, "Γιώργος 1"), (1, 2, 1.25)], columns="Όνομα|Πόλη|Ποσό", encoding="iso8859-7",
    )  # fmt: skip
    yield file(
        "turkish.csv",
        "Ad;Şehir;Tutar\n" + "".join(f"Ayşe Yıldız {n};İstanbul;{n + 1}.234,50 TL\n" for n in range(30)),
        "ssf", 30, [(1, 0, "Ayşe Yıldız 1"), (1, 2, 2234.5)], columns="Ad|Şehir|Tutar", encoding="cp1254",
    )  # fmt: skip


def databases() -> Iterator[Ugly]:
    """Dumps and the output of database clients."""
    yield file(
        "mysql_outfile.txt",
        "".join(f"{n + 1}\tline one\\\nline two {n}\t{NULL if n % 3 == 0 else n * 1.5}\t2024-01-{n % 28 + 1:02d}\n" for n in range(20)),
        "isfd", 20, [(0, 2, None), (1, 2, 1.5), (1, 1, "line one\nline two 1"), (3, 3, "2024-01-04")],
    )  # fmt: skip
    yield file(
        "mysql_batch.tsv",
        "id\tname\tscore\n" + "".join(f"{n}\tname {n}\t{'NULL' if n % 4 == 0 else n}\n" for n in range(20)),
        "isi", 20, [(0, 2, None), (1, 2, 1)], columns="id|name|score",
    )  # fmt: skip
    yield file(
        "hive.txt",
        "".join(f"{n}\x01user {n}\x01{NULL if n % 2 else n / 4}\x012024-01-05 10:{n:02d}:00\n" for n in range(30)),
        "isft", 30, [(1, 2, None), (2, 2, 0.5), (2, 3, "2024-01-05T10:02:00")],
    )  # fmt: skip
    yield file(
        "pg_copy.txt",
        "".join(f"{n}\tname\\tof {n}\t{NULL if n % 2 else 't'}\n" for n in range(20)),
        "iss", 20, [(0, 1, "name\tof 0"), (1, 2, None), (0, 2, "t")],
    )  # fmt: skip
    yield file(
        "psql_aligned.txt",
        " id |  name   | amount \n----+---------+--------\n"
        + "".join(f" {n:>2} | name {n:<2} | {n:>5}.5 \n" for n in range(20))
        + "(20 rows)\n\n",
        "isf", 20, [(0, 0, 0), (3, 1, "name 3"), (3, 2, 3.5)], columns="id|name|amount",
    )  # fmt: skip
    yield file(
        "psql_unaligned.txt",
        "id|name|amount\n" + "".join(f"{n}|name {n}|{n}.5\n" for n in range(20)) + "(20 rows)\n",
        "isf", 20, [(3, 1, "name 3"), (19, 2, 19.5)], columns="id|name|amount",
    )  # fmt: skip
    yield file(
        "mysql_boxes.txt",
        "+----+---------+--------+\n| id | name    | amount |\n+----+---------+--------+\n"
        + "".join(f"| {n:>2} | name {n:<2} | {f'{n}.50':>6} |\n" for n in range(20))
        + "+----+---------+--------+\n20 rows in set (0.00 sec)\n",
        "isf", 20, [(3, 0, 3), (3, 1, "name 3"), (3, 2, 3.5)], columns="id|name|amount",
    )  # fmt: skip
    yield file(
        "markdown.md",
        "| id | name | amount |\n|---:|:-----|-------:|\n" + "".join(f"| {n} | name {n} | {n}.5 |\n" for n in range(20)),
        "isf", 20, [(3, 1, "name 3"), (3, 2, 3.5)], columns="id|name|amount",
    )  # fmt: skip
    yield file(
        "sqlplus.txt",
        "\n        ID NAME             AMOUNT\n---------- ------------ ----------\n"
        + "".join(f"{n:>10} {f'name {n}':<12} {n + 0.5:>10}\n" for n in range(20))
        + "\n20 rows selected.\n\n",
        "isf", 20, [(3, 0, 3), (3, 1, "name 3"), (3, 2, 3.5)], columns="ID|NAME|AMOUNT",
    )  # fmt: skip
    yield file(
        "ssms.csv",
        "Id,Name,Created,Deleted\n" + "".join(f"{n},Name {n},2024-01-{n % 28 + 1:02d} 10:00:00.{n:03d},NULL\n" for n in range(30)),
        "ists", 30, [(1, 2, "2024-01-02T10:00:00.001000")], columns="Id|Name|Created|Deleted",
    )  # fmt: skip
    yield file(
        "sqlcmd.txt",
        "Id,Name,Amount\n--,----,------\n" + "".join(f"{n},name {n},{n}.25\n" for n in range(20)) + "\n(20 rows affected)\n",
        "isf", 20, [(0, 0, 0), (3, 2, 3.25)], columns="Id|Name|Amount",
    )  # fmt: skip
    yield file(
        "bigquery_nested.csv",
        "id,tags,at\n" + "".join(f'{n},"[""a"",""b{n}""]",2024-01-05 10:00:{n:02d} UTC\n' for n in range(30)),
        "ist", 30, [(1, 1, '["a","b1"]')], columns="id|tags|at",
    )  # fmt: skip
    yield file(
        "mongoexport.csv",
        "_id,name,age\n" + "".join(f"ObjectId(65a1f{n:019x}),name {n},{n}\n" for n in range(20)),
        "ssi", 20, [(1, 2, 1)], columns="_id|name|age",
    )  # fmt: skip


def science() -> Iterator[Ugly]:
    """R, SAS, instruments and statistics offices."""
    yield file(
        "r_write_csv.csv",
        '"","id","name","x"\n' + "".join(f'"{n + 1}",{n},"name {n}",{"NA" if n % 5 == 0 else n / 8}\n' for n in range(30)),
        "", 30, [(0, 1, 0), (0, 3, None), (1, 3, 0.125)], note="extra",
    )  # fmt: skip
    yield file(
        "r_write_table.txt",
        '"mpg" "cyl" "name"\n' + "".join(f'"Car {n}" {n + 0.5} {n % 3 + 4} "some name {n}"\n' for n in range(30)),
        "sfis", 30, [(1, 0, "Car 1"), (1, 1, 1.5), (1, 3, "some name 1")],
    )  # fmt: skip
    yield file(
        "sas.csv",
        "id,birth,score\n" + "".join(f"{n},{n % 28 + 1:02d}JAN2024,{'.' if n % 4 == 0 else n / 2}\n" for n in range(30)),
        "idf", 30, [(0, 2, None), (1, 1, "2024-01-02"), (1, 2, 0.5)], columns="id|birth|score",
    )  # fmt: skip
    yield file(
        "fred.csv",
        "DATE,DGS10\n" + "".join(f"2024-01-{n + 1:02d},{'.' if n % 7 == 0 else f'4.{n:02d}'}\n" for n in range(30)),
        "df", 30, [(0, 1, None), (1, 1, 4.01)], columns="DATE|DGS10",
    )  # fmt: skip
    yield file(
        "numpy_savetxt.txt",
        "# x y z\n" + "".join(f"{n:.18e} {n / 3:.18e} {-n:.18e}\n" for n in range(30)),
        "fff", 30, [(1, 0, 1.0), (1, 1, 1 / 3), (2, 2, -2.0)], columns="x|y|z",
    )  # fmt: skip
    yield file(
        "bloomberg.csv",
        "Date,PX_LAST,VOLUME\n" + "".join(f"1/{n + 1}/2024,{100 + n / 4},{'#N/A N/A' if n % 6 == 0 else n * 1000}\n" for n in range(28)),
        "dfi", 28, [(0, 2, None), (1, 2, 1000), (20, 0, "2024-01-21")], columns="Date|PX_LAST|VOLUME",
    )  # fmt: skip
    yield file(
        "excel_errors.csv",
        "a;b;ratio\r\n" + "".join(f"{n};{n % 5};{'#DIV/0!' if n % 5 == 0 else f'{n / 4:.2f}'.replace('.', ',')}\r\n" for n in range(30)),
        "iif", 30, [(0, 2, None), (1, 2, 0.25)], columns="a|b|ratio",
    )  # fmt: skip
    yield file(
        "world_bank.csv",
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2024-01-31",\n\n'
        '"Country Name","Country Code","2019","2020","2021",\n'
        + "".join(f'"Country {n}","C{n:02d}","{n}.5","","{n}.75",\n' for n in range(30)),
        "ssfsf", 30, [(1, 2, 1.5), (1, 3, None), (1, 4, 1.75)], note="extra",
    )  # fmt: skip
    yield file(
        "imf.tsv",
        "Country\tUnits\t2022\t2023\n"
        + "".join(f'Country {n}\tPercent\t"{n + 1},234.5"\t{"--" if n % 5 == 0 else n / 4}\n' for n in range(30))
        + "\nInternational Monetary Fund, World Economic Outlook Database, October 2023\n",
        "ssff", 30, [(0, 3, None), (1, 2, 2234.5), (1, 3, 0.25)], columns="Country|Units|2022|2023", encoding="utf-16",
    )  # fmt: skip
    yield file(
        "eurostat.tsv",
        "freq,unit,geo\\TIME_PERIOD\t2020 \t2021 \t2022 \n" + "".join(f"A,PC,D{n}\t{n}.5 \t{n}.7 p\t: \n" for n in range(20)),
        "", 20, [(1, 0, "A,PC,D1"), (1, 1, 1.5)],
    )  # fmt: skip
    yield file(
        "campbell_toa5.dat",
        '"TOA5","Station","CR1000","1234","CR1000.Std.32","CPU:prog.CR1","5555","Table1"\n"TIMESTAMP","RECORD","AirTC_Avg"\n'
        '"TS","RN","Deg C"\n"","","Avg"\n'
        + "".join(f'"2024-01-05 10:{n:02d}:00",{n},{n / 4}\n' for n in range(30)),
        "tif", 30, [(1, 0, "2024-01-05T10:01:00"), (1, 2, 0.25)],
    )  # fmt: skip
    yield file(
        "units_row.csv",
        "time,speed,temp\n[s],[m/s],[°C]\n" + "".join(f"{n},{n / 2},{20 + n / 4}\n" for n in range(30)),
        "iff", 30, [(1, 1, 0.5), (1, 2, 20.25)],
    )  # fmt: skip
    yield file(
        "iis.log",
        "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2024-01-05 00:00:00\n"
        "#Fields: date time c-ip cs-method sc-status\n"
        + "".join(f"2024-01-05 10:00:{n:02d} 10.0.0.{n} GET {200 + n % 2}\n" for n in range(30)),
        "dhssi", 30, [(1, 0, "2024-01-05"), (1, 2, "10.0.0.1"), (1, 4, 201)],
    )  # fmt: skip
    yield file(
        "comments.csv",
        "# exported by tool 1.2\n# rows: 30\n#\nid,value\n" + "".join(f"{n},{n / 4}\n" for n in range(30)),
        "if", 30, [(1, 1, 0.25)], columns="id|value",
    )  # fmt: skip


def shops() -> Iterator[Ugly]:
    """Online services: titles, totals and notes around a table, and texts of many lines in it."""
    yield file(
        "salesforce.csv",
        '"Opportunity","Stage","Amount"\n'
        + "".join(f'"Deal {n}","Won","{n + 1}000.00"\n' for n in range(25))
        + '\n\n"Grand Totals (25 records)"\n"Confidential Information - Do Not Distribute"\n'
        '"Generated By:  Erika Mustermann  1/31/2024 10:10 AM"\n"Copyright (c) 2000-2024 salesforce.com, inc."\n',
        "ssf", 25, [(24, 2, 25000.0)], columns="Opportunity|Stage|Amount",
    )  # fmt: skip
    yield file(
        "google_ads.csv",
        'Campaign report\n"January 1, 2024 - January 31, 2024"\nCampaign,Clicks,CTR,Cost\n'
        + "".join(f'Campaign {n},"{n + 1},200",{n}.5%,{" --" if n % 6 == 0 else f"{n}.25"}\n' for n in range(25))
        + 'Total: Campaigns,"330,000",12.50%,238.00\n',
        "siff", 25, [(1, 1, 2200), (0, 3, None), (1, 3, 1.25)], columns="Campaign|Clicks|CTR|Cost",
    )  # fmt: skip
    yield file(
        "google_analytics.csv",
        "# ----------------------------------------\n# All Web Site Data\n# Pages\n# 20240101-20240131\n"
        "# ----------------------------------------\n\nPage,Pageviews,Bounce Rate\n"
        + "".join(f'/page/{n},"{n + 1},234",{n}.50%\n' for n in range(25)),
        "sif", 25, [(1, 1, 2234)], columns="Page|Pageviews|Bounce Rate",
    )  # fmt: skip
    yield file(
        "jira.csv",
        "Key,Summary,Labels,Labels,Labels,Created\n"
        + "".join(f'P-{n},"Fix ""it"", please",a,{"b" if n % 2 else ""},,05/Jan/24 10:{n:02d} AM\n' for n in range(25)),
        "", 25, [(1, 0, "P-1"), (1, 1, 'Fix "it", please'), (1, 3, "b")],
    )  # fmt: skip
    yield file(
        "shopify.csv",
        "Name,Email,Total,Billing Address,Phone\n"
        + "".join(f'#{1000 + n},u{n}@example.com,{n}.50,"Street {n}\nBox, {n}\n12345 Town",\'+49151{n:07d}\n' for n in range(25)),
        "ssfss", 25, [(1, 0, "#1001"), (1, 3, "Street 1\nBox, 1\n12345 Town"), (1, 4, "'+491510000001")],
        columns="Name|Email|Total|Billing Address|Phone",
    )  # fmt: skip
    yield file(
        "amazon_settlement.csv",
        '"Includes Amazon Marketplace, Fulfillment by Amazon (FBA), and Amazon Webstore transactions"\n'
        '"All amounts in USD, unless specified"\n"Definitions:"\n"Sales tax collected: Includes sales tax collected from buyers."\n'
        '"date/time","order id","quantity","total"\n'
        + "".join(f'"Jan {n + 1}, 2024 10:00:00 AM PST","111-{n:07d}","1","1,{100 + n}.50"\n' for n in range(25)),
        "ssif", 25, [(1, 3, 1101.5), (1, 1, "111-0000001")], columns="date/time|order id|quantity|total",
    )  # fmt: skip
    yield file(
        "wrapped_lines.csv",
        '"id,name,amount"\n' + "".join(f'"{n},name {n},{n}.5"\n' for n in range(25)),
        "isf", 25, [(1, 1, "name 1"), (1, 2, 1.5)], columns="id|name|amount",
    )  # fmt: skip
    yield file(
        "outlook.csv",
        "First Name,Middle Name,Last Name,Title,E-mail Address,Notes\n"
        + "".join(f'Anna{n},,Smith,,a{n}@example.com,"line\r\nother; line"\n' for n in range(25)),
        "", 25, [(1, 0, "Anna1"), (1, 1, None), (1, 5, "line\r\nother; line")],
        columns="First Name|Middle Name|Last Name|Title|E-mail Address|Notes",
    )  # fmt: skip
    yield file(
        "am_pm.csv",
        "when,who\n" + "".join(f"1/{n + 1}/2024 {n % 12 + 1}:05 {'PM' if n % 2 else 'AM'},w{n}\n" for n in range(28)),
        "ts", 28, [(0, 0, "2024-01-01T01:05:00"), (1, 0, "2024-01-02T14:05:00"), (11, 0, "2024-01-12T12:05:00")],
        columns="when|who",
    )  # fmt: skip
    yield file(
        "census.csv",
        'GEO_ID,NAME,B01001_001E\nGeography,Geographic Area Name,"Estimate!!Total:"\n'
        + "".join(f'0500000US0{n:04d},"County {n}, Alabama",{n * 1000}\n' for n in range(25)),
        "ssi", 25, [(1, 1, "County 1, Alabama"), (1, 2, 1000)],
    )  # fmt: skip
    yield file(
        "df.txt",
        "Filesystem     1K-blocks     Used Available Use% Mounted on\n"
        + "".join(f"/dev/sd{chr(97 + n)}1      {10000 + n:>9} {n:>8} {9000:>9} {n:>3}% /mnt/disk{n}\n" for n in range(20)),
        "siiifs", 20, [(1, 0, "/dev/sdb1"), (1, 1, 10001), (1, 5, "/mnt/disk1")],
    )  # fmt: skip
    yield file(
        "missing_words.csv",
        "a,b,c,d\n" + "".join(f"{n},{'n/a' if n % 3 == 0 else n},{'-' if n % 3 == 1 else n / 2},{'None' if n % 3 == 2 else n}\n" for n in range(30)),
        "iifi", 30, [(0, 1, None), (1, 2, None), (2, 3, None), (3, 2, 1.5)], columns="a|b|c|d",
    )  # fmt: skip


def every() -> list[Ugly]:
    """All of them."""
    return [*banks(), *ledgers(), *asia(), *databases(), *science(), *shops()]


if __name__ == "__main__":
    write_corpus(every(), Path(sys.argv[1]))
