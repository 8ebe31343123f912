"""The table of faults: what was measured is there, the message says what to do, nothing lies about."""

import shutil
import signal

import pytest

from benchmarks import results
from benchmarks.__main__ import main
from benchmarks.machine.load import Disturbance, Load, Watch
from benchmarks.storage.results_folder import EARLIER, NAMES, ResultsFolder
from tests.benchmarks.planted import KILLED, OTHER, REFERENCE, TASKS, raises
from tests.benchmarks.planted import scene as scene
from tests.benchmarks.records import record

OK = ("ok", 5)
HOG = Disturbance(Load(1.0, 0.97, 0.0, 0.0, 0, 0.0), (("hog", 0.97),))
NOTHING = {}
SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


def rows(first=(OK, OK), second=(OK, OK)):
    """Status and rounds of the rows of both tasks, of the reference and of the other implementation."""
    return {
        (task, name): row
        for task, pair in zip(TASKS, (first, second), strict=True)
        for name, row in zip((REFERENCE, OTHER), pair, strict=True)
    }


NOT_MEASURED = ("skipped", 0)
PROVED_ONLY = rows(second=(NOT_MEASURED, NOT_MEASURED))

MOMENTS = {
    "before": ("before", NOTHING),
    "proving": (f"{OTHER}, first run", PROVED_ONLY),
    "timing, in round 1": (f"{OTHER}, round 1", rows(second=(("ok", 1), NOT_MEASURED))),
    "timing, in round 3": (f"{OTHER}, round 3", rows(second=(("ok", 3), ("ok", 2)))),
}
"""When a signal arrives, and what has been measured by then."""


def nothing_lies_about(scene):
    assert list(scene.temporary.iterdir()) == []
    if scene.out.exists():
        assert {path.name for path in scene.out.iterdir()} <= {*NAMES, EARLIER}
        assert main(["report", str(scene.out)]) == 0


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize(("moment", "kept"), MOMENTS.values(), ids=MOMENTS)
def test_a_signal_keeps_what_was_measured(scene, capsys, number, moment, kept):
    scene.plant(moment, scene.signal(number))
    assert scene.run() == SIGNALS[number]
    said = capsys.readouterr()
    assert f"ended by {number.name}" in said.err
    if kept is NOTHING:
        assert not scene.out.exists()
        assert "nothing was stored" in said.err
    else:
        assert scene.stored() == kept
        assert f"results: {scene.out}" in said.out
    nothing_lies_about(scene)


@pytest.mark.parametrize(
    ("number", "write"),
    [*((signal.SIGINT, n) for n in range(1, 7)), (signal.SIGTERM, 3), (signal.SIGHUP, 3)],
)
def test_a_signal_while_files_are_written_waits_for_them(scene, number, write):
    """Of the first task's file, of the second's, of the whole run's."""
    left = iter(range(1, 100))
    arrive = scene.signal(number)
    # the first two are of the check that the folder can be written
    scene.plant("writing", lambda: arrive() if next(left) == write + 2 else None)
    assert scene.run() == SIGNALS[number]
    assert all(row == OK for (task, _), row in scene.stored().items() if task == "first")
    whole = {path.name for path in scene.out.iterdir()} - {"partial", "benchmark.json"}
    assert whole == {"summary.md", "report.html"}
    nothing_lies_about(scene)


@pytest.mark.parametrize("moment", ["before", f"{OTHER}, first run"])
def test_an_interruption_before_anything_was_measured_leaves_old_results(scene, moment):
    scene.out.mkdir()
    results.save(record(), scene.out)
    assert main(["report", str(scene.out)]) == 0
    before = {path.name: path.read_bytes() for path in scene.out.iterdir()}
    if moment != "before":  # in the proof of the only task
        del scene.tasks["first"]
    scene.plant(moment, scene.signal(signal.SIGINT))
    assert scene.run() == 130
    assert {path.name: path.read_bytes() for path in scene.out.iterdir()} == before


def test_a_run_that_measured_less_does_not_replace_old_results(scene, capsys):
    scene.out.mkdir()
    results.save(record(), scene.out)
    scene.plant(f"{OTHER}, first run", scene.signal(signal.SIGINT))
    assert scene.run() == 130
    assert scene.stored() == PROVED_ONLY
    (earlier,) = (scene.out / EARLIER).iterdir()
    assert results.load(earlier) == record()
    assert f"there before: {earlier}" in capsys.readouterr().out
    nothing_lies_about(scene)


def test_a_disk_that_is_full_at_the_end_leaves_results_elsewhere(scene, capsys):
    def fill():
        scene.full_disk()
        scene.only_here()

    scene.plant(f"{OTHER}, round 3", fill)
    assert scene.run() == 3
    said = capsys.readouterr()
    (where,) = scene.temporary.iterdir()
    for part in (str(scene.out), "No space left on device", "make room on its disk", str(where)):
        assert part in said.err
    assert "second: logistic" in said.out
    assert scene.stored() == {key: OK for key in rows() if key[0] == "first"}
    assert len(results.load(where).rows) == len(rows())


def test_a_disk_that_is_full_everywhere_leaves_the_tables(scene, capsys):
    scene.plant(f"{OTHER}, round 3", scene.full_disk)
    assert scene.run() == 3
    said = capsys.readouterr()
    assert "the tables above are all" in said.err
    assert "nothing was stored" not in said.err
    assert "second: logistic" in said.out
    scene.room_again()
    assert scene.stored() == {key: OK for key in rows() if key[0] == "first"}


def test_a_disk_that_is_full_for_a_while_costs_nothing(scene, capsys):
    """The first task cannot be stored when it is done; at the end there is room."""
    scene.plant("before", scene.full_disk)
    scene.plant(f"{OTHER}, round 3", scene.room_again)
    assert scene.run() == 0
    assert "the results so far are not stored" in capsys.readouterr().err
    assert scene.stored() == rows()
    nothing_lies_about(scene)


def test_a_folder_that_is_gone_at_the_end_is_made_again(scene):
    def remove():
        shutil.rmtree(scene.out)

    scene.plant(f"{OTHER}, round 3", remove)
    assert scene.run() == 0
    assert scene.stored() == rows()


@pytest.mark.parametrize("place", ["file", "/proc/results", "/dev/null/results"])
def test_a_place_that_cannot_be_written_is_found_before_anything_runs(
    scene, capsys, place, tmp_path
):
    (tmp_path / "file").touch()
    scene.plant("before", raises(AssertionError("it runs")))
    assert scene.run("--out", str(tmp_path / place)) == 2
    said = capsys.readouterr().err
    assert "which cannot be written" in said
    assert said.count("\n") == 1
    nothing_lies_about(scene)


def test_two_runs_do_not_write_into_one_folder(scene, capsys):
    other = ResultsFolder(scene.out)
    try:
        assert scene.run() == 2
    finally:
        other.release()
    assert "another run is writing" in capsys.readouterr().err
    assert scene.run() == 0


def test_a_run_whose_temporary_files_have_no_room_says_so(scene, capsys):
    def full(arrays, folder):
        raise OSError(28, "No space left on device")

    scene.patch.setattr("benchmarks.cases.save_arrays", full)
    assert scene.run() == 1
    assert all(row == ("failed", 0) for row in scene.stored().values())
    assert "set TMPDIR to another folder" in " ".join(capsys.readouterr().out.split())
    nothing_lies_about(scene)


class Busy(Watch):
    """A watch that finds something else on the machine in all rounds of the second task."""

    def start(self):
        pass

    def disturbed(self):
        self.loads.append(HOG.load)
        return HOG if len(self.loads) > 10 else None

    def recorded(self):
        found = super().recorded()
        self.loads = [HOG.load] * 10
        return found


def test_a_busy_machine_gives_no_numbers_and_says_who_used_it(scene, capsys):
    scene.patch.setattr("benchmarks.session.Watch", Busy)
    scene.patch.setattr("benchmarks.timing.disturbances.sleep", lambda seconds: None)
    assert scene.run() == 1
    busy = ("cannot tell", 0)
    assert scene.stored() == rows(second=(busy, busy))
    said = " ".join(capsys.readouterr().out.split())
    assert "cannot tell: the machine was busy in 11 rounds" in said
    assert "others used 97% of a core: hog 97%" in said
    nothing_lies_about(scene)


FAILED, LOST = ("failed", 0), ("failed", 0)
DEATHS = {
    "proving": (f"{OTHER}, first run", rows(second=(OK, FAILED))),
    "its first steps": (f"{OTHER}, first steps", rows(second=(OK, FAILED))),
    "timing": (f"{OTHER}, round 3", rows(second=(OK, FAILED))),
    "proving, of the reference": (f"{REFERENCE}, first run", rows(second=(LOST, LOST))),
    "timing, of the reference": (f"{REFERENCE}, round 3", rows(second=(FAILED, OK))),
}


@pytest.mark.parametrize(("moment", "kept"), DEATHS.values(), ids=DEATHS)
def test_a_killed_worker_costs_what_depends_on_it(scene, capsys, moment, kept):
    scene.plant(moment, raises(KILLED))
    assert scene.run() == 1
    assert scene.stored() == kept
    said = " ".join(capsys.readouterr().out.split())
    assert "was ended by SIGKILL (often because the system ran out of memory)" in said
    if kept[("second", OTHER)] == LOST and moment.startswith(REFERENCE):
        assert "the reference failed" in said
        assert "run the task again, with --task second" in said
    nothing_lies_about(scene)


def test_an_error_of_ours_in_the_middle_keeps_what_was_measured(scene):
    scene.patch.setattr(
        "benchmarks.kinds.training.TrainingKind.time", lambda *given: raises(ZeroDivisionError())()
    )
    with pytest.raises(ZeroDivisionError):
        scene.run()
    nothing_lies_about(scene)
