from __future__ import annotations

import json
from pathlib import Path

from lakeglass.app import create_app
from lakeglass.core.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
# What the requirements name, as (method, path).
PROMISED = {
    ("post", "/api/upload"),
    ("post", "/api/query"),
    ("get", "/api/sessions"),
    ("get", "/api/sessions/{session_id}"),
    ("post", "/api/sessions/{session_id}/restore"),
    ("get", "/api/sessions/{session_id}/events"),
    ("get", "/api/datasets"),
    ("get", "/api/datasets/{dataset_id}/statistics"),
    ("get", "/api/runs/{run_id}"),
    ("post", "/api/runs/{run_id}/cancel"),
    ("get", "/api/events"),
    ("get", "/api/health"),
}


def test_the_committed_description_is_that_of_the_code() -> None:
    committed = json.loads((ROOT / "frontend" / "openapi.json").read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(create_app(Settings(_env_file=None)).openapi())), (
        "run `make api-types`"
    )


# req: A8 E28
def test_every_promised_route_exists_and_is_described() -> None:
    document = create_app(Settings(_env_file=None)).openapi()
    found = {
        (method, path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
    assert set(found) >= PROMISED
    assert [key for key, operation in found.items() if not operation.get("description")] == []
    identifiers = [operation["operationId"] for operation in found.values()]
    assert len(identifiers) == len(set(identifiers))
