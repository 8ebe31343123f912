"""What a run measures: by default what suits it, and always what is asked for by name."""

from benchmarks import registry, selection


def test_quick_runs_leave_out_what_starts_slowly_unless_it_is_asked_for():
    chosen = selection.choose_pairs(["digits_adam"], [], quick=True)["digits_adam"]
    assert {"tf_xla", "torch_eager"} <= set(chosen)
    assert not {"torch_compile", "tf_eager"} & set(chosen)
    assert registry.slow_start("torch_compile") == "it compiles for 10 to 20 seconds"
    named = selection.choose_pairs(["digits_adam"], ["torch_compile"], quick=True)
    assert named["digits_adam"] == ("torch_compile",)
    assert "torch_compile" in selection.choose_pairs(["digits_adam"], [], False)["digits_adam"]
