"""Workers and cases that tests of implementations share."""

import pytest

from benchmarks import registry
from benchmarks.contract import Case
from benchmarks.kinds import get_kind
from benchmarks.workers.array_files import save_arrays
from benchmarks.workers.pool import Pool

pytest.register_assert_rewrite("tests.benchmarks.frameworks.steps")


class PoolWithoutCompiler(Pool):
    """Workers in which `torch.compile` gives back what it gets."""

    def worker(self, name, package="frameworks"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TORCHDYNAMO_DISABLE", "1")
            return super().worker(name, package)


@pytest.fixture(scope="session")
def pool(tmp_path_factory):
    """Workers, each started once for all tests, in one folder as in a run."""
    made = Pool(tmp_path_factory.mktemp("workers"), timeout=300)
    yield made
    made.close()


@pytest.fixture(scope="session")
def without_compiler(tmp_path_factory):
    """As `pool`, where nothing is compiled by a C++ compiler."""
    made = PoolWithoutCompiler(tmp_path_factory.mktemp("workers"), timeout=300)
    yield made
    made.close()


@pytest.fixture(scope="session")
def case_of(tmp_path_factory):
    """`case_of(task)`: the task with its data, built and saved once for all implementations."""
    made = {}

    def get(task):
        if task.name not in made:
            dataset = registry.load("datasets", task.dataset).load(None, **task.options)
            arrays = get_kind(task.kind).build(task, dataset)
            folder = tmp_path_factory.mktemp("case")
            save_arrays(arrays, folder)
            made[task.name] = Case(task, dataset, arrays, folder)
        return made[task.name]

    return get
