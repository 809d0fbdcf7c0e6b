"""Personal values leave a text, in whatever writing; nothing else does."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakeglass.llm.aliases import Alias, Aliases
from lakeglass.llm.detectors import detectors
from lakeglass.llm.model import JsonSchema, Message
from lakeglass.llm.scrub import Scrubber
from lakeglass.llm.views import views

SCRUBBER = Scrubber([detectors.load(name)() for name in detectors.names()])


def scrubbed(text: str, *, hint: str = "", aliases: Aliases | None = None) -> str:
    return SCRUBBER.scrub(text, aliases or Aliases(), hint=hint).text


# req: E3
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail jane.o'neil+x@mail.corp, or JOE@EXAMPLE.CO.UK.", "mail <EMAIL_1>, or <EMAIL_2>."),
        ("call (212) 555-0123 or +49 30 901820", "call <PHONE_1> or <PHONE_2>"),
        ("Tel. 030/901820, order 10023456789", "Tel. <PHONE_1>, order 10023456789"),
        ("番号は090-1234-5678です", "番号は<PHONE_1>です"),
        ("card 4111 1111 1111 1111, not 4111 1111 1111 1112", "card <CARD_1>, not 4111 1111 1111 1112"),
        ("to DE89 3704 0044 0532 0130 00 2 days ago", "to <IBAN_1> 2 days ago"),
        ("ssn 123-45-6789", "ssn <SSN_1>"),
        ("CPF 529.982.247-25", "CPF <NATIONAL_ID_1>"),
        ("from 192.168.0.7, version 1.2.3.4", "from <IP_ADDRESS_1>, version 1.2.3.4"),
        ("postgres://app:hunter2@db.corp/x", "<LOGIN_1>"),
        ("key sk-abcdefghijklmnopqrstuvwxyz", "key <SECRET_1>"),
        ("jane%40example.com", "<EMAIL_1>"),
        ("write to bob at example dot com!", "write to <EMAIL_1>!"),
        ("b o b @ e x a m p l e . c o m", "<EMAIL_1>"),
        ("４１１１１１１１１１１１１１１１", "<CARD_1>"),
        ("bob\u200b@exam\u00adple.com", "<EMAIL_1>"),
        ("&#106;ane@example.com or \\u006aoe@example.com", "<EMAIL_1> or <EMAIL_2>"),
        ("node@18.2.0 logo@2x.png q @ k.transpose x@y", "node@18.2.0 logo@2x.png q @ k.transpose x@y"),
        (
            "2024-05-17 12:30, 978-3-16-148410-0, 1,204,333.50",
            "2024-05-17 12:30, 978-3-16-148410-0, 1,204,333.50",
        ),
    ],
)
def test_what_is_personal_is_hidden_and_nothing_else(text: str, expected: str) -> None:
    assert scrubbed(text) == expected


def test_base64_and_hexadecimal_hide_nothing() -> None:
    secret = b'{"mail": "jane@example.com"}'
    assert scrubbed(f"x {base64.b64encode(secret).decode()} y") == "x <EMAIL_1> y"
    assert scrubbed(f"x {base64.urlsafe_b64encode(secret).decode().rstrip('=')} y") == "x <EMAIL_1> y"
    assert scrubbed(f"x {secret.hex()} y") == "x <EMAIL_1> y"
    assert scrubbed("x d2l0aG91dCBhbnl0aGluZyBvZiBub3Rl y") == "x d2l0aG91dCBhbnl0aGluZyBvZiBub3Rl y"


def test_a_name_of_a_column_settles_what_digits_leave_open() -> None:
    assert scrubbed("2125550123") == "2125550123"
    assert scrubbed("2125550123", hint="customer_phone") == "<PHONE_1>"
    assert scrubbed("2125550123", hint="orderId") == "2125550123"


def test_the_same_value_has_the_same_placeholder_however_it_is_written() -> None:
    aliases = Aliases()
    assert scrubbed("+49 30 901820 or +49-30-901820 or +4930901820", aliases=aliases) == (
        "<PHONE_1> or <PHONE_1> or <PHONE_1>"
    )
    assert aliases.restore("ring <PHONE_1>, not <PHONE_2>") == "ring +49 30 901820, not <PHONE_2>"


def test_a_value_that_was_hidden_once_is_hidden_where_nothing_gives_it_away() -> None:
    aliases = Aliases([Alias("PERSON", 1, "Jane Doe")])
    assert scrubbed("Orders of jane doe; Jane Does is another", aliases=aliases) == (
        "Orders of <PERSON_1>; Jane Does is another"
    )


def test_placeholders_stay_as_they_are() -> None:
    aliases = Aliases([Alias("EMAIL", 1, "a@example.com")])
    assert (
        scrubbed("is <EMAIL_1> the same as b@example.com?", aliases=aliases)
        == "is <EMAIL_1> the same as <EMAIL_2>?"
    )


def test_every_string_of_a_form_is_scrubbed() -> None:
    form = JsonSchema(
        name="p", schema_={"enum": ["total", "a@example.com"], "n": 3, "b": {"a@example.com": None}}
    )
    message = Message(key="q", role="user", part="question", content="plan")
    made = SCRUBBER.prompt([message], Aliases(), form=form)
    assert made.form is not None
    assert made.form.schema_ == {"enum": ["total", "<EMAIL_1>"], "n": 3, "b": {"<EMAIL_1>": None}}


@pytest.mark.parametrize(
    "piece", ["1", "QUFB", "1-", "sk-", " ", "a.", "+1", "a dot ", "a@", "1:", "a://b:", "a at ", "ab", "(1"]
)
def test_a_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    # At a cost that grows with the square, one of these takes minutes, longer than a test may.
    hostile = piece * (100_000 // len(piece))
    assert scrubbed(f"{hostile} and joe@example.com").endswith("and <EMAIL_1>")


def test_what_cannot_be_found_here_is_said() -> None:
    assert any("spacy download" in limit for limit in SCRUBBER.limits)


LOCAL = st.from_regex(r"[a-z][a-z0-9]{0,8}(\.[a-z0-9]{1,8})?", fullmatch=True)
HOST = st.from_regex(r"[a-z][a-z0-9]{1,10}\.(com|org|de|co\.uk|internal)", fullmatch=True)
NUMBER = st.from_regex(r"\+49 (30|40|89|171) [1-9][0-9]{2} [0-9]{4}", fullmatch=True)
WORDS = st.lists(
    st.sampled_from(
        ("total", "of", "für", "größte", "Zahl", "n12", "id,name;x", "|", "(x", ")", "?", "→", "東京")
    ),
    max_size=6,
)


# req: E17
# Feature: glassbox-analyst, Property 17: PII redaction
@given(local=LOCAL, host=HOST, number=NUMBER, before=WORDS, between=WORDS, behind=WORDS)
def test_mail_and_phone_leave_every_text_and_its_structure_stays(
    local: str, host: str, number: str, before: list[str], between: list[str], behind: list[str]
) -> None:
    def text(mail: str, phone: str) -> str:
        return " ".join([*before, mail, *between, phone, *behind])

    assert scrubbed(text(f"{local}@{host}", number)) == text("<EMAIL_1>", "<PHONE_1>")


# req: E17
# Feature: glassbox-analyst, Property 19: Workspace data transparency
@given(text=st.text(max_size=80), mail=st.builds("{}@{}".format, LOCAL, HOST))
def test_a_user_reads_the_original_whatever_the_text_is(text: str, mail: str) -> None:
    aliases = Aliases()
    whole = f"{text} {mail} {text}"
    clean = SCRUBBER.scrub(whole, aliases).text
    assert mail not in clean
    if "<" not in text:
        assert aliases.restore(clean) == whole


@given(text=st.text(max_size=120))
def test_a_view_knows_where_each_of_its_characters_stands(text: str) -> None:
    for view in views(text):
        assert len(view.text) == len(view.starts) == len(view.ends)
        assert all(0 <= start <= end <= len(text) for start, end in zip(view.starts, view.ends, strict=True))
        assert list(view.starts) == sorted(view.starts)


# req: E3
def test_a_value_is_hidden_where_only_its_letters_are_left() -> None:
    def message(key: str, content: str) -> Message:
        return Message(key=key, role="user", part="error", content=content)

    aliases = Aliases()
    made = SCRUBBER.prompt(
        [
            message("a", "KeyError: paid_by_jane_doe_example_com in line 3"),
            message("b", "The column is called 'paid by jane.doe@example.com'."),
        ],
        aliases,
    )
    assert [one.content for one in made.messages] == [
        "KeyError: paid_by_<EMAIL_1> in line 3",
        "The column is called 'paid by <EMAIL_1>'.",
    ]
    assert [alias.original for alias in aliases.taken()] == ["jane.doe@example.com"]
