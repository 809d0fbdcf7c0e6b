"""Conversations: words that are learned, told, kept and removed; undo; values that the statistics do not list."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.product import Server


@pytest.fixture
def orders(server: Server, shop: Path) -> dict[str, object]:
    return server.ready(server.upload(shop))


# req: F1
def test_a_correction_is_learned_for_the_dataset(
    server: Server, orders: dict[str, object], shop: Path
) -> None:
    words = f"/api/datasets/{orders['id']}/words"
    first = server.ask("total gizmos by city", dataset_ids=[orders["id"]])
    corrected = server.ask("no, I meant quantity", session_id=first["session_id"])
    truth = pd.read_csv(shop).groupby("City")["Quantity"].sum().to_dict()
    assert {row[0]: row[1] for row in server.table(corrected["attempts"][0])["rows"]} == truth
    assert [(w["phrase"], w["meaning"], w["usable"]) for w in server.get(words)] == [
        ("gizmos", "Quantity", True)
    ]
    why = server.ask("why?", session_id=first["session_id"])
    assert why["answer"]["sentence"].startswith("“no, I meant quantity” was read as")
    assert why["attempts"] == []

    # A new version of the dataset keeps the word.
    again = server.post(f"/api/datasets/{orders['id']}/read", {"delimiter": ","})
    server.run_over(again["run_id"])
    later = server.ask("average gizmos", dataset_ids=[orders["id"]])
    assert "“gizmos” is read as Quantity, as you taught" in later["understanding"]["assumptions"]

    word = server.get(words)[0]
    assert server.client.delete(f"{words}/{word['id']}").status_code == 204
    assert server.client.delete(f"{words}/{word['id']}").status_code == 404
    assert server.get(words) == []
    assert server.ask("average gizmos", dataset_ids=[orders["id"]])["answer"] is None


def test_a_word_is_taught_over_the_api(server: Server, orders: dict[str, object]) -> None:
    words = f"/api/datasets/{orders['id']}/words"
    taught = server.post(words, {"phrase": "worth", "meaning": "quantity times unit price"}, status=201)
    assert taught["meaning"] == "Quantity times Unit Price"
    turn = server.ask("total worth by city", dataset_ids=[orders["id"]])
    assert turn["answer"] is not None
    refused = server.client.post(words, json={"phrase": "average", "meaning": "Quantity"})
    assert refused.status_code == 400
    assert "“average” has a meaning in questions already" in refused.text


def test_undo_in_a_conversation(server: Server, orders: dict[str, object]) -> None:
    first = server.ask("total quantity by city", dataset_ids=[orders["id"]])
    server.ask("only for Berlin", session_id=first["session_id"])
    undone = server.ask("undo", session_id=first["session_id"])
    assert server.table(undone["attempts"][0])["rows"] == server.table(first["attempts"][0])["rows"]
    assert server.ask("undo", session_id=first["session_id"])["answer"] is None


# req: F1
def test_a_rare_value_is_found_without_its_column(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    lines = [f"Client {number:05d},{number % 7 + 1}" for number in range(4000)]
    path.write_text("\n".join(["client,visits", *lines, "Client 03777,100"]) + "\n", encoding="utf-8")
    dataset = server.ready(server.upload(path))
    stages = server.get(f"/api/runs/{dataset['run_id']}")["stages"]
    assert [stage["name"] for stage in stages] == ["read", "profile", "index"]
    turn = server.ask("total visits of client 03777", dataset_ids=[dataset["id"]])
    assert server.table(turn["attempts"][0])["rows"][0][0] == 3777 % 7 + 1 + 100


# req: F1
def test_two_datasets_are_joined_once_it_is_confirmed(server: Server, tmp_path: Path) -> None:
    orders = pd.DataFrame({"customer_id": [n % 9 + 1 for n in range(90)], "amount": range(90)})
    customers = pd.DataFrame({"id": range(1, 9), "segment": ["home", "office"] * 4})
    ids = []
    for name, frame in (("orders", orders), ("customers", customers)):
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
        ids.append(server.ready(server.upload(tmp_path / f"{name}.csv"))["id"])
    first = server.ask("total amount by segment", dataset_ids=ids)
    assert first["answer"] is None
    assert "80 of 90 rows of orders (89 %) have a match in customers" in first["message"]
    chosen = server.ask(first["near_questions"][0], session_id=first["session_id"])
    merged = orders.merge(customers, left_on="customer_id", right_on="id")
    truth = merged.groupby("segment")["amount"].sum().to_dict()
    assert {row[0]: row[1] for row in server.table(chosen["attempts"][0])["rows"]} == truth
    assert "80 rows matched in customers by customer_id, 10 had no match" in chosen["answer"]["base"]
    # Remembered for the pair, whatever the order of the datasets.
    again = server.ask("total amount by segment", dataset_ids=ids[::-1])
    assert {row[0]: row[1] for row in server.table(again["attempts"][0])["rows"]} == truth
    assert all(check["passed"] for check in again["answer"]["checks"])
