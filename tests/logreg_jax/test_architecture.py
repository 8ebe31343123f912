"""Properties of the library as a whole: its files, the order of imports, the names that it exports."""

import ast
import importlib
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import logreg_jax as lj
from logreg_jax import solvers

LIBRARY = Path(lj.__file__).parent
FILES = sorted(LIBRARY.rglob("*.py"))
# From the public functions down: a file imports from its own layer and those behind it.
LAYERS = ("public", "solvers", "_checks", "_engine", "_xla", "_rows", "_remembered", "_types")


def module_name(path):
    parts = path.relative_to(LIBRARY.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): ast.parse(path.read_text()) for path in FILES}
PUBLIC_MODULES = [name for name in MODULES if not re.search(r"\._|^logreg_jax$", name)]
each_module = pytest.mark.parametrize("name", MODULES)


def imported_modules(name):
    """The modules of the library that a module imports anywhere, by their full names."""
    is_package = (LIBRARY.parent / name.replace(".", "/")).is_dir()
    parts = name.split(".") if is_package else name.split(".")[:-1]
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = parts[: len(parts) - node.level + 1]
            base = ".".join([*above, node.module] if node.module else above)
            every = [base, *(f"{base}.{alias.name}" for alias in node.names)]
            yield from (found for found in every if found in MODULES)


def layer(name):
    second = [*name.split("."), ""][1]
    return LAYERS.index(second if second in LAYERS else "public")


def defined_names(tree):
    """Names that a module defines at its top level, not those that it imports."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (t.id for t in node.targets if isinstance(t, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


@each_module
def test_a_file_holds_one_idea_and_says_which(name):
    assert ast.get_docstring(MODULES[name])
    assert MODULES[name].body[-1].end_lineno <= 250


@each_module
def test_the_library_needs_jax_and_little_else(name):
    allowed = {"jax", "jaxtyping", "numpy", "optax"} | set(sys.stdlib_module_names)
    nodes = list(ast.walk(MODULES[name]))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [n.module for n in nodes if isinstance(n, ast.ImportFrom) and not n.level]
    assert {name.split(".")[0] for name in names} <= allowed


@each_module
def test_imports_run_one_way(name):
    for found in imported_modules(name):
        assert layer(found) >= layer(name), f"{name} imports {found}"
    assert "TYPE_CHECKING" not in ast.dump(MODULES[name])


def test_no_imports_are_circular():
    graph = {name: set(imported_modules(name)) - {"logreg_jax", name} for name in MODULES}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(FILES) - 1


@pytest.mark.parametrize("name", PUBLIC_MODULES)
def test_public_modules_define_public_names_only(name):
    module = importlib.import_module(name)
    for defined in defined_names(MODULES[name]):
        if not defined.startswith("_"):
            value = getattr(module, defined)
            exported = any(value is getattr(package, defined, None) for package in (lj, solvers))
            # The name of a solver's file is its registration: no list has to be touched.
            new_solver = name.startswith("logreg_jax.solvers.") and hasattr(value, "init")
            assert exported or new_solver, f"{name}.{defined} is not exported"


def test_no_name_stands_for_two_ideas():
    seen = {}
    for module, tree in MODULES.items():
        for name in defined_names(tree):
            if not name.startswith("_"):
                assert name not in seen, f"{name} is defined in {seen[name]} and in {module}"
                seen[name] = module


def test_importing_the_library_loads_what_it_needs_and_nothing_else():
    """Its four dependencies with what they load themselves; that is all of a cold start."""
    code = (
        "import sys, jax, jaxtyping, numpy, optax\n"
        "roots = lambda: {name.split('.')[0] for name in sys.modules}\n"
        "heavy = {'flax', 'scipy', 'sklearn', 'pandas', 'matplotlib', 'IPython', 'tensorflow',\n"
        "         'tensorflow_datasets', 'torch', 'beartype'}\n"
        "before = roots()\n"
        "import logreg_jax\n"
        "print(sorted(roots() & heavy), sorted(roots() - before - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=LIBRARY.parent, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[] ['logreg_jax']", done.stderr


def test_every_test_module_has_its_module():
    """`test_<name>.py` is about a module, or about the whole."""
    modules = {name.lstrip("_") for path in FILES for name in (path.stem, path.parent.stem)}
    whole = {
        "architecture",
        "checks",
        "compilation",
        "constants",
        "contract",
        "platforms",
        "ablations",
        "signatures",
        "statuses",
    }
    for path in Path(__file__).parent.rglob("test_*.py"):
        assert path.stem.removeprefix("test_") in modules | whole
