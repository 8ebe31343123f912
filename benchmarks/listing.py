"""What there is to run: tasks, data sets, implementations and solvers; what is missing, and why."""

from argparse import Namespace
from collections.abc import Sequence

from benchmarks import registry
from benchmarks.contract import Task
from benchmarks.options import existing_data_folder


def list_all(chosen: Namespace, typed: Sequence[str]) -> int:
    """Tasks, data sets, implementations and solvers; what is missing, and why."""
    root, taught = existing_data_folder(chosen.data_dir), registry.lessons()
    print("tasks")
    for task in registry.tasks().values():
        print(f"  {task.name:30} {_described(task)}{', a lesson' * (task.name in taught)}")
    print("lessons with implementations of their own")
    for lesson in taught.values():
        if lesson.task.name not in registry.tasks():
            print(f"  {lesson.task.name:30} {_described(lesson.task)}")
    print("data sets")
    for name in registry.names("datasets"):
        missing = registry.missing_imports("datasets", name)
        print(f"  {name:24} {missing or registry.load('datasets', name).missing(root) or 'here'}")
    print("implementations")
    for name in registry.names("frameworks"):
        missing = registry.missing_imports("frameworks", name)
        print(f"  {name:24} {registry.kind_of(name):9} {missing or 'here'}")
    print("solvers, as in logreg_jax.LBFGS()")
    for name in registry.solvers():
        print(f"  {name}")
    return 0


def _described(task: Task) -> str:
    models = f", {task.models:,} models" if task.models > 1 else ""
    requirement = f", {task.requirement}" if task.requirement else ""
    quick = ", also quick" if task.quick_form() is not None else ""
    needs = ", needs a GPU unless asked for by name" if task.accelerator else ""
    held_out = ", held out: runs when asked for by name" if task.held_out else ""
    return (
        f"{task.kind}: {task.model} on {task.dataset}{models}{requirement}{quick}{needs}{held_out}"
    )
