"""What is done for CPUs only is in programs for CPUs only, whatever process compiles them."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax import export

import logreg_jax as lj
from logreg_jax._engine import scan
from logreg_jax._xla import blocks, columns

ACCELERATORS = ("cuda", pytest.param("tpu", marks=pytest.mark.long))


def lowered(platform, model, num_features, num_examples):
    """The StableHLO of a full-batch training for a platform, from this process with its CPUs."""
    outputs = 3 if model is lj.softmax else 1
    solver = lj.Optax(0.1, optax.sgd)

    def train(params, data):
        return lj.fit_full_batch(model, solver, params, data, 3)

    data = lj.Batch(
        np.zeros((num_examples, num_features), "float32"), np.zeros(num_examples, "int32")
    )
    params = lj.init(num_features, outputs)
    return export.export(jax.jit(train), platforms=[platform])(params, data).mlir_module()


def block_reads(text, num_features):
    """Slices of x by blocks of rows."""
    shape = f"x{num_features}xf32"
    return [line for line in text.splitlines() if "dynamic_slice" in line and shape in line]


@pytest.fixture
def many_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "FULL_BATCH_BLOCK_BYTES", 50 * 40 * 4)


def test_a_program_for_a_cpu_reads_x_in_blocks(many_blocks):
    assert block_reads(lowered("cpu", lj.softmax, 40, 200), 40)


@pytest.mark.parametrize("platform", ACCELERATORS)
def test_a_program_for_an_accelerator_reads_x_in_one_piece(platform, many_blocks):
    assert not block_reads(lowered(platform, lj.softmax, 40, 200), 40)


def test_a_program_for_a_cpu_keeps_a_narrow_x_by_columns():
    text = lowered("cpu", lj.logistic, 20, 200)
    assert "optimization_barrier" in text
    assert "tensor<20x200xf32>" in text.split("optimization_barrier")[1].split("\n")[0]


@pytest.mark.parametrize("platform", ACCELERATORS)
def test_a_program_for_an_accelerator_keeps_rows(platform, monkeypatch):
    text = lowered(platform, lj.logistic, 20, 200)
    assert "optimization_barrier" not in text
    monkeypatch.setattr(scan, "is_narrow", lambda x, outputs: False)
    jax.clear_caches()
    by_rows = lowered(platform, lj.logistic, 20, 200)
    assert text.count("stablehlo.transpose") == by_rows.count("stablehlo.transpose")
    jax.clear_caches()


def test_a_block_has_8_mib_of_x():
    x = jax.ShapeDtypeStruct((60_000, 784), np.dtype("float32"))
    y = jax.ShapeDtypeStruct((60_000,), np.dtype("int32"))
    seen = set()

    def note_rows(batch):
        seen.add(len(batch.y))
        return batch.x.sum()

    jax.eval_shape(lambda x, y: blocks.sum_over_blocks(note_rows, lj.Batch(x, y)), x, y)
    rows = 2**23 // (784 * 4)
    assert seen == {60_000, rows, 60_000 % rows}


def test_only_a_narrow_x_of_one_output_is_stored_by_columns():
    x = jnp.zeros((200, 20))
    assert columns.is_narrow(x, 1)
    assert not columns.is_narrow(x, 3)
    assert not columns.is_narrow(jnp.zeros((100, 40)), 1)
    assert not columns.is_narrow(jnp.zeros((10_000, 20)), 1)
