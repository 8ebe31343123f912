"""The stored page is that of the stored answers."""

import json

from benchmarks.registry import ROOT
from benchmarks.semantics import files
from benchmarks.semantics.table import tables

FOLDER = ROOT / "docs/results/amd-epyc-2-core"
STORED = json.loads((FOLDER / files.ANSWERS).read_text())


def test_the_stored_page_is_made_of_the_stored_answers(tmp_path):
    files.save_answers(STORED, tmp_path)
    for name in (files.ANSWERS, files.TABLES):
        assert (tmp_path / name).read_text() == (FOLDER / name).read_text()


def test_the_tables_show_libraries_beside_each_other_and_what_was_not_asked():
    answer = {"optimizer": "adam", "question": "epsilon", "observed": 1.0}
    libraries = [
        {"library": name, "version": "1", "answers": [answer | {"answer": where}]}
        for name, where in (("this", "inside"), ("that", "outside"))
    ]
    shown = tables({"libraries": libraries, "missing": {"other": "needs other"}})
    assert "| epsilon | inside | outside |" in shown
    assert "Not asked: other, needs other." in shown
