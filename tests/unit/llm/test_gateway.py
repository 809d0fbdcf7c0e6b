"""The single door: its order, what leaves through it, what is kept, and how it fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import text
from tests.model_server import ModelServer, Say
from tests.unit.llm.conftest import KEY, FakeClock

from lakeglass.core.errors import (
    BudgetSpent,
    ConfigurationError,
    LakeglassError,
    RateLimited,
    TimedOut,
    TooLarge,
    Unavailable,
)
from lakeglass.core.settings import ModelSettings
from lakeglass.llm.gateway import Gateway, Told, open_gateway
from lakeglass.llm.ledger import Ledger, forget
from lakeglass.llm.model import JsonSchema, Message, Options
from lakeglass.llm.providers.compatible import Compatible
from lakeglass.tenants.model import Principal

WHO = Principal(tenant_id="t1", user_id="u1")
SCOPE = "ses_1"
BUSY = Say(status=429)
DOWN = Say(status=503)
Open = Callable[..., Gateway]


def words(content: str, part: str = "question", key: str = "q") -> Message:
    return Message.model_validate({"key": key, "role": "user", "part": part, "content": content})


def ask(gateway: Gateway, *messages: Message, who: Principal = WHO, form: JsonSchema | None = None) -> Told:
    async def asked() -> Told:
        return await gateway.complete(who, SCOPE, messages, options=Options(purpose="plan"), form=form)

    return asyncio.run(asked())


def sent(model: ModelServer, at: int = -1) -> str:
    return json.dumps(model.heard[at].body["messages"])


# req: E11 C2
def test_the_way_out_is_one_and_in_order(open_one: Open) -> None:
    assert open_one().order == (
        "scrub",
        "budget",
        "cache",
        "breaker",
        "retry",
        "fallback",
        "fit",
        "openrouter",
    )


# req: E3
def test_a_model_sees_placeholders_and_its_user_the_values(
    open_one: Open, model: ModelServer, ledger: Ledger
) -> None:
    model.say(Say("df[df.mail == '<EMAIL_1>']"))
    told = ask(open_one(), words("Orders of jane@example.com, not joe@example.com, of Jane@Example.com"))
    assert "Orders of <EMAIL_1>, not <EMAIL_2>, of <EMAIL_1>" in sent(model)
    assert told.text == "df[df.mail == 'jane@example.com']"
    assert told.reply.text == "df[df.mail == '<EMAIL_1>']"
    with ledger._database.transaction() as session:
        rows = session.execute(text("SELECT action, subject, details FROM audit_entry")).all()
    assert [(row[0], row[1], json.loads(row[2])) for row in rows] == [
        ("model.redacted", SCOPE, {"type": "EMAIL"})
    ] * 3


# req: E3
def test_placeholders_last_as_long_as_the_conversation(open_one: Open, model: ModelServer) -> None:
    gateway = open_one()
    ask(gateway, words("Is joe@example.com in it?"))
    ask(gateway, words("And mike@example.com, or joe@example.com?"))
    assert "And <EMAIL_2>, or <EMAIL_1>?" in sent(model)
    ask(gateway, words("Is kim@example.com there?"), who=Principal(tenant_id="t2", user_id="u2"))
    assert "Is <EMAIL_1> there?" in sent(model)


# req: E3
def test_names_of_columns_in_the_form_are_scrubbed_as_well(open_one: Open, model: ModelServer) -> None:
    form = JsonSchema(
        name="plan", schema_={"type": "object", "properties": {"column": {"enum": ["jane@example.com"]}}}
    )
    model.say(Say('{"column": "<EMAIL_1>"}'))
    told = ask(open_one(), words("plan it"), form=form)
    assert b"jane" not in model.heard[-1].content
    assert b'["<EMAIL_1>"]' in model.heard[-1].content.replace(b'"enum":', b"")
    assert json.loads(told.text) == {"column": "jane@example.com"}


# req: A2 E11
def test_every_call_stands_in_the_ledger_with_what_was_sent(
    open_one: Open, model: ModelServer, ledger: Ledger
) -> None:
    model.say(Say("Four.", cost=0.0125))
    told = ask(open_one(), words("Mail of a@example.com?"))
    call = ledger.call("t1", told.call_id)
    assert (call.outcome, call.usage.input_tokens, call.cost_usd) == ("ok", 100, Decimal("0.0125"))
    assert call.sent[0].content == "Mail of <EMAIL_1>?"
    assert (call.received, call.redactions) == ("Four.", {"EMAIL": 1})
    assert ledger.spent_today("t1") == Decimal("0.0125")
    assert ledger.spent_today("t2") == 0
    assert ledger.calls("t2", SCOPE) == []


def test_a_price_is_looked_up_where_the_provider_tells_none(open_one: Open) -> None:
    gateway = open_one(strong="openai/gpt-4o-mini")
    assert ask(gateway, words("hi")).reply.cost == Decimal("0.000015") + Decimal("0.0000012")
    unknown = open_one(strong="nobody/knows-this")
    assert ask(unknown, words("ho")).reply.cost is None


# req: E11
def test_the_same_request_is_answered_from_memory_for_five_minutes(
    open_one: Open, model: ModelServer, clock: FakeClock
) -> None:
    gateway = open_one()
    first = ask(gateway, words("how many?"))
    assert (first.reply.cached, ask(gateway, words("how many?")).reply.cached) == (False, True)
    assert not ask(gateway, words("how many?"), who=Principal(tenant_id="t2", user_id="u")).reply.cached
    clock.now += 299.9
    assert ask(gateway, words("how many?")).reply.cached
    clock.now += 0.2
    assert not ask(gateway, words("how many?")).reply.cached
    assert len(model.heard) == 3


# req: E11
# Feature: glassbox-analyst, Property 25: Rate limit handling
@pytest.mark.parametrize("busy", [BUSY, DOWN])
def test_a_busy_provider_is_asked_again_after_1_2_4_8_seconds(
    open_one: Open, model: ModelServer, clock: FakeClock, busy: Say
) -> None:
    model.say(busy, busy, busy, busy, Say("There."))
    told = ask(open_one(), words("now?"))
    assert (told.text, told.reply.attempts, clock.slept) == ("There.", 5, [1, 2, 4, 8])
    model.say(busy)
    with pytest.raises((RateLimited, Unavailable)):
        ask(open_one(), words("and now?"))
    assert clock.slept[4:] == [1, 2, 4, 8]


# req: E11
def test_a_provider_that_says_when_is_taken_at_its_word(
    open_one: Open, model: ModelServer, clock: FakeClock
) -> None:
    model.say(
        Say(status=429, headers={"retry-after": "17"}),
        Say(status=503, headers={"retry-after-ms": "500"}),
        Say(),
    )
    ask(open_one(), words("now?"))
    assert clock.slept == [17, 2]
    model.say(Say(status=429, headers={"retry-after": "3600"}))
    with pytest.raises(RateLimited) as caught:
        ask(open_one(), words("then?"))
    assert caught.value.details == {"retry_after_s": 3600.0}
    assert clock.slept == [17, 2]


# req: E11
# Feature: glassbox-analyst, Property 26: API key security
def test_a_refused_key_is_never_tried_again_nor_shown(
    open_one: Open, model: ModelServer, clock: FakeClock
) -> None:
    model.say(
        Say(status=401, error={"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"})
    )
    with pytest.raises(ConfigurationError) as caught:
        ask(open_one(), words("hello?"))
    assert (caught.value.status, len(model.heard), clock.slept) == (500, 1, [])
    assert caught.value.message.startswith("Service configuration error")
    assert caught.value.__suppress_context__
    assert KEY[10:] not in f"{caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize(
    ("say", "kind"),
    [
        (Say(status=404), ConfigurationError),
        (Say(status=402), ConfigurationError),
        (Say(status=400), ConfigurationError),
        (Say(status=500), Unavailable),
        (Say("half an answer, then no", cut=True), Unavailable),
        (Say(broken={"message": "boom", "code": "502"}), Unavailable),
        (Say(broken={"message": "slow down", "code": "rate_limit_exceeded"}), RateLimited),
    ],
)
def test_a_failure_has_our_name_and_stands_in_the_ledger(
    open_one: Open, model: ModelServer, ledger: Ledger, say: Say, kind: type[LakeglassError]
) -> None:
    model.say(say)
    with pytest.raises(kind) as caught:
        ask(open_one(retries=0), words("well?"))
    (call,) = ledger.calls("t1", SCOPE)
    assert call.outcome == caught.value.code


def test_a_model_that_falls_silent_is_given_up(open_one: Open, model: ModelServer) -> None:
    import threading

    never = threading.Event()
    model.say(Say(silent=never), Say(silent=never))
    with pytest.raises(TimedOut, match="fell silent"):
        ask(open_one(timeout_s=0.2), words("well?"))
    # Signs of life that never become an answer do not help either.
    with pytest.raises(TimedOut, match=r"took longer than 0\.2 s"):
        ask(open_one(timeout_s=30, answer_s=0.2), words("well?"))
    never.set()


# req: E11
def test_the_breaker_opens_after_five_failures_and_lets_one_call_try_again(
    open_one: Open, model: ModelServer, clock: FakeClock
) -> None:
    gateway = open_one(retries=0)
    model.say(DOWN)
    for number in range(5):
        with pytest.raises(Unavailable):
            ask(gateway, words(f"try {number}"))
    with pytest.raises(Unavailable, match="left alone"):
        ask(gateway, words("once more"))
    assert len(model.heard) == 5
    clock.now += 30
    with pytest.raises(Unavailable):
        ask(gateway, words("again"))
    with pytest.raises(Unavailable, match="left alone"):
        ask(gateway, words("at once"))
    assert len(model.heard) == 6
    clock.now += 30
    model.say(Say("Back."))
    assert ask(gateway, words("now")).text == "Back."
    assert ask(gateway, words("still")).text == "Back."


# req: E11
def test_the_other_model_answers_while_the_first_is_down(
    open_one: Open, model: ModelServer, clock: FakeClock
) -> None:
    model.say(DOWN, Say("I stand in."))
    told = ask(open_one(fallback="other/one"), words("who is there?"))
    assert (told.reply.model.name, told.text, clock.slept) == ("other/one", "I stand in.", [])
    assert [heard.body["model"] for heard in model.heard] == ["anthropic/claude-sonnet-4.5", "other/one"]


# req: E11
def test_a_prompt_that_is_too_long_loses_its_oldest_parts_once(open_one: Open, model: ModelServer) -> None:
    long = Say(status=400, error={"message": "too long", "code": "context_length_exceeded"})
    model.say(long, Say("Fits."))
    told = ask(
        open_one(),
        words("x" * 4000, part="history", key="h"),
        words("column_a\n" * 50, part="schema", key="s"),
        words("KeyError: 'b'", part="error", key="e"),
        words("why?"),
    )
    assert told.text == "Fits."
    contents = [str(one["content"]) for one in model.heard[-1].body["messages"]]  # type: ignore[index, attr-defined]
    assert contents == ["column_a\n" * 50, "KeyError: 'b'", "why?"]
    model.say(long)
    with pytest.raises(TooLarge):
        ask(open_one(), words("x" * 4000))


# req: A2
def test_a_budget_that_is_used_up_stops_the_next_call(open_one: Open, model: ModelServer) -> None:
    gateway = open_one(daily_usd=0.02)
    model.say(Say(cost=0.015))
    ask(gateway, words("one"))
    ask(gateway, words("two"))
    with pytest.raises(BudgetSpent, match=r"0\.02 USD"):
        ask(gateway, words("three"))
    assert len(model.heard) == 2


def test_calls_at_once_never_give_two_values_the_same_placeholder(
    open_one: Open, model: ModelServer, ledger: Ledger
) -> None:
    gateway = open_one()

    async def many() -> None:
        options = Options(purpose="plan")
        calls = [
            gateway.complete(WHO, SCOPE, [words(f"who is user{number}@example.com?")], options=options)
            for number in range(4)
        ]
        await asyncio.gather(*calls)

    asyncio.run(many())
    restore = ledger.aliases("t1", SCOPE).restore
    assert {restore(f"<EMAIL_{number}>") for number in (1, 2, 3, 4)} == {
        f"user{n}@example.com" for n in range(4)
    }
    assert {call.sent[0].content for call in ledger.calls("t1", SCOPE)} == {
        f"who is <EMAIL_{number}>?" for number in (1, 2, 3, 4)
    }


def test_an_endpoint_without_json_schemas_is_asked_in_words(open_one: Open, model: ModelServer) -> None:
    no_form = Say(status=400, error={"message": "response_format json_schema is not supported", "code": ""})
    model.say(no_form, no_form, Say("{}"))
    gateway = open_one()
    form = JsonSchema(name="plan", schema_={"type": "object"})
    assert ask(gateway, words("plan"), form=form).text == "{}"
    kinds = [heard.body.get("response_format") for heard in model.heard]
    assert [kind and kind["type"] for kind in kinds] == ["json_schema", "json_object", None]  # type: ignore[index]
    assert "Its schema" in sent(model)
    ask(gateway, words("plan again"), form=form)
    assert len(model.heard) == 4


def test_a_call_stands_in_the_ledger_before_it_is_answered(
    open_one: Open, model: ModelServer, ledger: Ledger
) -> None:
    import threading

    answered = threading.Event()
    model.say(Say("At last.", silent=answered, cost=0.001))

    async def asked() -> str:
        calling = asyncio.create_task(
            open_one().complete(
                WHO, SCOPE, [words("who is jane@example.com?")], options=Options(purpose="plan")
            )
        )
        while not model.heard:
            await asyncio.sleep(0.005)
        (begun,) = ledger.calls("t1", SCOPE)  # what a crash at this moment would leave behind
        assert (begun.outcome, begun.received, begun.cost_usd) == ("started", "", None)
        assert begun.sent[0].content == "who is <EMAIL_1>?"
        assert begun.redactions == {"EMAIL": 1}
        answered.set()
        return (await calling).call_id

    call_id = asyncio.run(asked())
    (ended,) = ledger.calls("t1", SCOPE)
    assert (ended.id, ended.outcome, ended.received) == (call_id, "ok", "At last.")
    assert ended.cost_usd == Decimal("0.001")
    assert ended.seconds > 0


def test_words_of_a_deleted_conversation_do_not_come_back_with_a_late_answer(
    open_one: Open, model: ModelServer, ledger: Ledger
) -> None:
    import threading

    answered = threading.Event()
    model.say(Say("Too late.", silent=answered, cost=0.001))

    async def asked() -> None:
        calling = asyncio.create_task(
            open_one().complete(WHO, SCOPE, [words("well?")], options=Options(purpose="plan"))
        )
        while not model.heard:
            await asyncio.sleep(0.005)
        with ledger._database.transaction() as session:
            forget(session, "t1", SCOPE)
        answered.set()
        await calling

    asyncio.run(asked())
    (ended,) = ledger.calls("t1", SCOPE)
    assert (ended.sent, ended.received, ended.cost_usd) == ((), "", Decimal("0.001"))


def test_no_model_is_asked_where_none_is_configured(ledger: Ledger) -> None:
    assert open_gateway(ModelSettings(), ledger) is None


# req: E11
def test_a_key_that_a_model_repeats_is_not_told(open_one: Open, model: ModelServer, ledger: Ledger) -> None:
    model.say(Say(f"You sent me {KEY}, didn't you?"))
    told = ask(open_one(), words("hello?"))
    assert told.text == "You sent me <SECRET>, didn't you?"
    assert KEY not in str(ledger.call("t1", told.call_id))


# req: C2 E11
def test_a_token_that_a_model_repeats_is_not_told(
    open_one: Open, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Compatible, "secrets", ("token-of-a-certificate",))
    model.say(Say("You sent me token-of-a-certificate, didn't you?"))
    assert ask(open_one(), words("hello?")).text == "You sent me <SECRET>, didn't you?"
