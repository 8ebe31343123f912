"""The overview names the fastest row of each task, its best rival, and whether the lead is certain."""

import pytest

from benchmarks.report import overview, terminal
from benchmarks.report.markdown import markdown
from benchmarks.report.page import page
from tests.benchmarks.records import record, training_row


@pytest.fixture
def ran():
    """A training that JAX leads, one without rivals, and one without a certain leader."""
    made = record()
    made.rows = [
        training_row("jax_scan", "jax", ((1.0,), (1.01,), (1.0,))),
        training_row("jax_step", "jax", ((1.2,), (1.2,), (1.2,))),
        training_row("torch_eager", "torch", ((2.0,), (2.01,), (2.0,))),
        training_row("tf_xla", "tensorflow", ((3.0,), (3.0,), (3.0,))),
        *(_of("alone", row) for row in [training_row("tf_xla", "tensorflow", ((1.0,),) * 3)]),
        *(
            _of("close", row)
            for row in [
                training_row("tf_xla", "tensorflow", ((1.0,), (1.2,), (0.9,))),
                training_row("jax_scan", "jax", ((1.1,), (1.0,), (1.2,))),
            ]
        ),
    ]
    made.tasks |= dict.fromkeys(("alone", "close"), made.tasks["training"])
    return made


def _of(task, row):
    row.task = task
    return row


def test_each_task_has_its_fastest_row_and_the_best_of_another_library(ran):
    assert [line[:4] for line in overview.winner_cells(overview.winners(ran))] == [
        ["training", "jax_scan", "1 s", "torch_eager"],
        ["alone", "tf_xla", "1 s", "none"],
        ["close", "tf_xla", "1.03 s", "jax_scan"],
    ]


def test_a_lead_is_certain_or_cannot_be_told(ran):
    (certain, _, close) = overview.winner_cells(overview.winners(ran))
    assert certain[4].startswith("2.00 [")
    assert [line[5] for line in overview.winner_cells(overview.winners(ran))] == [
        "yes", "", "cannot tell",
    ]  # fmt: skip
    assert close[4].startswith("1.07 [")


def test_libraries_are_counted(ran):
    assert overview.tally(overview.winners(ran)) == (
        "Fastest rows in 3 tasks: tensorflow 2 (0 certain), jax 1 (1 certain)."
    )


def test_it_is_in_the_summary_on_the_page_and_last_in_the_terminal(ran, capsys):
    said = overview.tally(overview.winners(ran))
    assert markdown(ran).index(said) < markdown(ran).index("# Training")
    html = page(ran, [])
    assert html.index(said) < html.index('<section id="training">')
    assert '<a href="#close">close</a>' in html
    terminal.show(ran)
    shown = capsys.readouterr().out
    assert " ".join(shown.split()).endswith(said)
    assert max(map(len, shown.splitlines()[-12:])) <= 80


def test_nothing_timed_has_no_overview(ran):
    for row in ran.rows:
        row.blocks = []
    assert overview.winners(ran) == []
    assert "Overview" not in markdown(ran)
    assert 'id="overview"' not in page(ran, [])
