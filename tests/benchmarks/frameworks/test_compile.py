"""Without a C++ compiler, rows that need one are skipped and say which was looked for."""

import pytest

from benchmarks import registry


@pytest.fixture
def looked_for(monkeypatch, tmp_path):
    """`looked_for(CXX)`: the reason why nothing can be compiled, on a machine with one compiler."""
    if reason := registry.missing_imports("frameworks", "torch_compile"):
        pytest.skip(reason)
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("on a GPU it is Triton that compiles")
    module = registry.load("frameworks", "torch_compile")
    (tmp_path / "my-compiler").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    def reason(variable):
        monkeypatch.delenv("CXX", raising=False)
        if variable is not None:
            monkeypatch.setenv("CXX", variable)
        return module.unsupported(registry.tasks()["digits_adam"])

    return reason


@pytest.mark.parametrize("variable", [None, "", "no-compiler", "/no/such/g++ -O2"])
def test_a_compiler_that_is_not_here_is_named(looked_for, variable):
    reason = looked_for(variable)
    assert "needs a C++ compiler" in reason
    assert "set CXX" in reason
    assert (variable or "") in reason


@pytest.mark.parametrize("variable", ["my-compiler", "my-compiler -O2"])
def test_the_compiler_of_cxx_is_the_one_that_counts(looked_for, variable):
    assert looked_for(variable) is None
