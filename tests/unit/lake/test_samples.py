from __future__ import annotations

from tests.unit.lake.conftest import TENANT, Harbour

from lakeglass.lake.samples import SAMPLES, sample_file


# req: E1
def test_a_sample_says_which_dataset_it_became(harbour: Harbour) -> None:
    assert {note.dataset_id for note in harbour.lake.samples(TENANT)} == {None}
    file = sample_file("wildlife_strikes")
    loaded = harbour.upload(file.name, file.read_bytes())
    harbour.lake.rename(TENANT, loaded.id, "my strikes")
    assert [note.dataset_id for note in harbour.lake.samples(TENANT)] == [loaded.id]
    assert {note.dataset_id for note in harbour.lake.samples("another tenant")} == {None}
    harbour.lake.delete(TENANT, loaded.id)
    assert [note.dataset_id for note in harbour.lake.samples(TENANT)] == [None] * len(SAMPLES)
