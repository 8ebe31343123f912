"""A run that ended early goes on: what is missing is measured, and nothing else; another run is refused."""

import json
import signal

import pytest

from benchmarks import resuming
from benchmarks.__main__ import main
from benchmarks.storage.results_folder import EARLIER, FINISHED, PARTIAL, ResultsFolder
from tests.benchmarks.planted import OTHER, TASKS, raises
from tests.benchmarks.planted import scene as scene

OK = ("ok", 5)


@pytest.fixture
def resume(scene):
    """`resume(...)`: the exit status of going on with the run of the scene."""

    def run(*arguments):
        return main(["run", "--resume", str(scene.out), *arguments])

    return run


@pytest.fixture
def interrupted(scene, capsys):
    """The scene, whose run was ended in round 3 of the second of its tasks."""
    scene.plant(f"{OTHER}, round 3", scene.signal(signal.SIGTERM))
    assert scene.run() == 143
    scene.faults.clear()
    capsys.readouterr()
    return scene


def only_the_second(scene, capsys):
    """True if the first task was not measured again."""
    said = capsys.readouterr().err
    return "[1/2] first" not in said and "[2/2] second" in said


def test_what_is_missing_is_measured_and_nothing_else(interrupted, resume, capsys):
    first = (interrupted.out / PARTIAL / "first.json").read_text()
    assert resume() == 0
    assert only_the_second(interrupted, capsys)
    assert set(interrupted.stored().values()) == {OK}
    document = json.loads((interrupted.out / FINISHED).read_text())["logreg_jax"]
    kept = json.loads(first)
    assert [row for row in document["rows"] if row["task"] == "first"] == kept["rows"]
    assert not (interrupted.out / PARTIAL).exists()
    assert not (interrupted.out / EARLIER).exists()


def test_a_run_that_is_interrupted_again_keeps_both_parts(interrupted, resume):
    interrupted.plant(f"{OTHER}, first run", interrupted.signal(signal.SIGINT))
    assert resume() == 130
    first = {task: row for (task, _), row in interrupted.stored().items() if task == "first"}
    assert first == {"first": OK}
    interrupted.faults.clear()
    assert resume() == 0
    assert set(interrupted.stored().values()) == {OK}


def test_a_damaged_file_is_named_and_costs_only_its_task(interrupted, resume, capsys):
    interrupted.plant(f"{OTHER}, round 1", raises(AssertionError("the second is measured again")))
    path = interrupted.out / PARTIAL / "second.json"
    whole = json.loads(path.read_text())
    whole["tasks"]["second"]["finished"] = True
    path.write_text(json.dumps(whole))
    damaged = interrupted.out / PARTIAL / "first.json"
    damaged.write_bytes(damaged.read_bytes()[:300])
    assert resume() == 0
    said = capsys.readouterr().err
    assert f"{damaged} is no JSON, or only the beginning of it" in said
    assert "What it held is measured again." in said
    assert "[2/2] first" in said
    assert len(interrupted.stored()) == 4


def test_a_report_shows_what_is_not_damaged(interrupted, capsys):
    damaged = interrupted.out / PARTIAL / "second.json"
    damaged.write_text("")
    assert main(["report", str(interrupted.out)]) == 0
    said = capsys.readouterr()
    assert f"{damaged} is empty" in said.err
    assert "first: logistic" in said.out
    assert "second: logistic" not in said.out


def test_each_task_is_on_the_disk_as_soon_as_it_is_measured(scene):
    seen = []
    folder = scene.out / PARTIAL
    scene.plant(f"{OTHER}, first run", lambda: seen.extend(p.name for p in folder.iterdir()))
    assert scene.run() == 0
    assert seen == ["first.json"]


def test_a_finished_run_is_not_lost_when_a_busy_task_is_measured_again(scene, resume):
    assert scene.run() == 0
    path = scene.out / FINISHED
    document = json.loads(path.read_text())
    del document["logreg_jax"]["tasks"]["second"]["finished"]  # as after MachineBusy
    path.write_text(json.dumps(document))
    assert resume() == 0
    (earlier,) = (scene.out / EARLIER).iterdir()
    assert json.loads((earlier / FINISHED).read_text()) == document
    assert set(scene.stored().values()) == {OK}


def test_two_runs_do_not_resume_at_once(interrupted, resume, capsys):
    other = ResultsFolder(interrupted.out)
    try:
        assert resume() == 2
    finally:
        other.release()
    assert "another run is writing" in capsys.readouterr().err


def test_another_machine_is_refused_with_what_differs(interrupted, resume, capsys, monkeypatch):
    here = resuming.fingerprint()
    there = here | {"cores": 64, "versions": here["versions"] | {"jax": "0.1"}, "load": 99.0}
    monkeypatch.setattr(resuming, "fingerprint", lambda: there)
    assert resume() == 2
    said = capsys.readouterr().err
    assert f"cores was {here['cores']} and is 64" in said
    assert f"versions jax was {here['versions']['jax']} and is 0.1" in said
    assert "load" not in said.split("whose run")[1].split("Expected")[0]


@pytest.mark.parametrize(
    ("typed", "difference"),
    [
        (["--quick"], "--quick was off and is on"),
        (["--task", "first"], f"--task was {', '.join(TASKS)} and is first"),
        (["--timeout", "5"], "--timeout was 600.0 and is 5.0"),
        (["--load-limit", "3"], "--load-limit was inf and is 3.0"),
        (["--out", "/tmp/other"], "--out is the other folder /tmp/other"),
    ],
)
def test_other_options_are_refused_with_what_differs(
    interrupted, resume, capsys, typed, difference
):
    assert resume(*typed) == 2
    assert difference in capsys.readouterr().err


def test_the_same_options_may_be_typed_again(interrupted, resume):
    assert resume(*(word for task in TASKS for word in ("--task", task))) == 0


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("pytest -q", "whose run was started by `pytest -q`"),
        ("python -m benchmarks run --newer", "--newer, which this version does not know"),
    ],
)
def test_a_run_that_was_started_otherwise_is_not_resumed(
    interrupted, resume, capsys, command, message
):
    for path in (interrupted.out / PARTIAL).iterdir():
        path.write_text(json.dumps(json.loads(path.read_text()) | {"command": command}))
    assert resume() == 2
    assert message in capsys.readouterr().err


def test_a_folder_without_results_says_what_makes_one(tmp_path, capsys):
    assert main(["run", "--resume", str(tmp_path)]) == 2
    assert "which holds no results" in capsys.readouterr().err
