"""Public signatures have one order, types that say something, and a description of every argument."""

import ast
import dataclasses
import enum
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable
from typing import Any, get_args

import pytest

import logreg_jax as lj
from logreg_jax import solvers

from .test_architecture import MODULES, PUBLIC_MODULES, defined_names

# The aliases of Any in public signatures, each with its reason.
NAMED_EXCEPTIONS = {
    "DTypeLike": "of JAX, whose dtypes are generic",
    "Hyperparameter": "transformations of JAX rebuild models and solvers with placeholders as leaves",
    "PyTree": "only its author knows the structure of a solver's state",
}
# Positional arguments come in this order; `batch` and `data` share a slot.
SLOTS = {"model": 0, "solver": 1, "params": 2, "state": 3, "batch": 4, "data": 4}
EXPORTING = ["logreg_jax._types", "logreg_jax._engine.problem", "logreg_jax._engine.protocols"]
PUBLIC = {name: v for name, v in vars(lj).items() if not name.startswith("_") and callable(v)}
FUNCTIONS = [value for value in PUBLIC.values() if inspect.isfunction(value)]
CLASSES = [value for value in PUBLIC.values() if inspect.isclass(value)]
each_function = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)


def order_faults(function):
    """Positional arguments that do not come in the order of `SLOTS`."""
    parameters = inspect.signature(function).parameters.values()
    names = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.name in SLOTS]
    slots = [SLOTS[name] for name in names]
    return [name for name, a, b in zip(names[1:], slots, slots[1:], strict=False) if a >= b]


def annotation_faults(function):
    """Parameters, and the result, that have no type or a type that says nothing."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    found = definition.args
    arguments = [*found.args, *found.kwonlyargs, *filter(None, [found.vararg, found.kwarg])]
    types = {a.arg: a.annotation for a in arguments} | {"return": definition.returns}
    known = inspect.unwrap(function).__globals__
    return [name for name, node in types.items() if node is None or says_nothing(node, known)]


def names_in(annotation):
    return [node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)]


def says_nothing(annotation, known):
    """Whether an annotation contains Any, also behind an alias that is not a named exception."""
    names = set(names_in(annotation)) - NAMED_EXCEPTIONS.keys()
    return any(contains_any(known.get(name)) for name in names)


def contains_any(value):
    inside = value if isinstance(value, list | tuple) else get_args(value)
    return value is Any or any(map(contains_any, inside))


def documentation_faults(function):
    """Parameters without an entry, entries without a parameter, sections that are missing."""
    doc = inspect.getdoc(function) or ""
    entries = section_entries(doc, "Args")
    parameters = list(inspect.signature(function).parameters)
    faults = [name for name in parameters if name not in entries]
    faults += [name for name in entries if name not in parameters]
    faults += [] if re.search(r"^Returns:\n    \S", doc, re.MULTILINE) else ["Returns"]
    source = inspect.getsource(function)
    if re.search(r"\braise\b|\b_?check\w*\(", source.replace(doc, "")):
        faults += [] if re.search(r"^Raises:\n    \w+Error", doc, re.MULTILINE) else ["Raises"]
    return faults


def section_entries(doc, title):
    found = re.search(rf"^{title}:\n((?:    .*\n?|\n)+)", doc, re.MULTILINE)
    return re.findall(r"^    (\w+): \S", found.group(1), re.MULTILINE) if found else []


@each_function
def test_arguments_come_in_one_order(function):
    assert order_faults(function) == []


@each_function
def test_every_argument_has_a_type(function):
    assert annotation_faults(function) == []


@pytest.mark.parametrize("name", PUBLIC_MODULES)
def test_no_attribute_of_a_public_class_is_of_any_type(name):
    known = vars(importlib.import_module(name))
    for annotation in class_annotations(MODULES[name]):
        assert not says_nothing(annotation, known), ast.unparse(annotation)


def class_annotations(tree):
    """Types of the attributes, and of the arguments and results of the public methods."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for cls in [node for node in classes if not node.name.startswith("_")]:
        yield from (node.annotation for node in cls.body if isinstance(node, ast.AnnAssign))
        for method in cls.body:
            if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                yield from signature_annotations(method)


def signature_annotations(function):
    arguments = [*function.args.args, *function.args.kwonlyargs]
    yield from filter(None, [*(a.annotation for a in arguments), function.returns])


@pytest.mark.parametrize("name", [*PUBLIC_MODULES, *EXPORTING])
def test_users_can_import_the_types_of_public_signatures(name):
    """Of functions, methods and attributes."""
    annotations = list(class_annotations(MODULES[name]))
    for node in MODULES[name].body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            annotations += signature_annotations(node)
    own = {defined for tree in MODULES.values() for defined in defined_names(tree)}
    for used in {used for annotation in annotations for used in names_in(annotation)} & own:
        public = any(hasattr(package, used) for package in (lj, solvers))
        assert public or used.startswith("_"), f"{name}: {used} is not exported"


@each_function
def test_public_functions_describe_every_argument(function):
    assert documentation_faults(function) == []


@pytest.mark.parametrize("cls", [*CLASSES, solvers.Linearization, solvers.Point, solvers.Problem])
def test_public_classes_describe_every_attribute(cls):
    doc = inspect.getdoc(cls)
    assert doc
    fields = [f.name for f in dataclasses.fields(cls)] if dataclasses.is_dataclass(cls) else []
    fields += getattr(cls, "_fields", ())
    fields += [member.name for member in cls] if issubclass(cls, enum.Enum) else []
    assert fields == section_entries(doc, "Attributes")


Hidden = Callable[..., dict[str, Any]]


def test_the_checks_of_signatures_find_faults():
    def wrong(params: object, model: Hidden, data: Any, state, *, batch: str, x):
        """Describe an exact index.

        Args:
            model: extra words.
            params: has x in it.
            missing: not there.
        """
        raise ValueError(params, model, data, state, batch, x)

    assert order_faults(wrong) == ["model", "state"]
    assert annotation_faults(wrong) == ["model", "data", "state", "x", "return"]
    absent = ["data", "state", "batch", "x"]
    assert documentation_faults(wrong) == [*absent, "missing", "Returns", "Raises"]
