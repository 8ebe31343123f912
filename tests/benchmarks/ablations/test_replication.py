"""Runs of equal programs are counted, and verdicts that contradict each other are found."""

import json
import subprocess
import sys

from benchmarks.ablations import replication
from benchmarks.ablations.replication import (
    arguments,
    counted,
    opposite,
    same_between_runs,
    summary,
    verdicts,
)
from benchmarks.registry import ROOT
from tests.benchmarks.verdicts.test_changes import run


def test_a_verdict_that_turns_round_is_found():
    ahead, behind = run(1, slower=[("jax_scan", 0.8)]), run(2, slower=[("jax_scan", 1.3)])
    assert verdicts(ahead)["training", "jax_scan", "tf_xla"] == "faster"
    assert verdicts(behind)["training", "jax_scan", "tf_xla"] == "slower"
    assert ("training", "jax_scan", "tf_xla") in opposite([ahead, behind])
    assert opposite([ahead, run(3, slower=[("jax_scan", 0.8)])]) == []


def test_equal_programs_are_counted_in_a_run_and_between_runs():
    records = [run(seed, machine=1 + seed / 10) for seed in range(4)]
    found = summary(records, busy=[2])
    assert found["same_program_in_a_run"]["pairs"] == 4
    assert found["same_program_between_runs"]["pairs"] == 6 * 5
    assert found["same_program_between_runs"]["verdicts"] == 0
    assert found["same_program_between_runs"]["covered"] >= 26
    assert [each["busy"] for each in found["runs"]] == [False, True, False, False]


def test_a_change_between_runs_is_a_verdict():
    found = counted(same_between_runs([run(1), run(2, slower=[("jax_scan", 1.2)])]))
    assert found["pairs"] == 5
    assert found["verdicts"] == 1


def test_what_follows_two_dashes_is_for_the_runs():
    typed = ["DIR", "--runs", "3", "--busy", "2", "--", "--budget", "15", "--task", "probes"]
    own, of_runs = arguments(typed)
    assert (str(own.folder), own.runs, own.busy) == ("DIR", 3, [2])
    assert of_runs == ["--budget", "15", "--task", "probes"]
    assert arguments(["DIR"])[1] == []


def test_another_program_takes_a_core_in_between(monkeypatch):
    monkeypatch.setattr(replication, "STARTS", 0.0)
    started = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        replication.subprocess,
        "Popen",
        lambda command: started.append(popen(command)) or started[0],
    )
    with replication.busy_for_a_while():
        while not started:
            pass
        assert started[0].poll() is None
    assert started[0].returncode is not None
    assert started[0].args[:2] == [sys.executable, "-c"]


def test_the_protocol_says_what_the_stored_runs_found():
    stored = json.loads((ROOT / "docs" / "results" / "replication.json").read_text())
    protocol = (ROOT / "docs" / "protocol.md").read_text()
    within, between = (stored[f"same_program_{where}"] for where in ("in_a_run", "between_runs"))
    for words in (
        f"| {stored['pairs']}, of which {stored['pairs_with_a_verdict']} have a verdict |",
        f"slower in another | {len(stored['opposite'])} |",
        *(f"| {found['pairs']} pairs: {found['verdicts']} verdict, {found['covered']} intervals contain 1 |"
          for found in (within, between)),
    ):  # fmt: skip
        assert words in protocol, words
