"""Models distributed over several devices: each trains its own, without communication."""

from collections.abc import Callable, Sequence

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

from .._types import Fit, PyTree
from .axes import Inputs, map_axes, select

MESH_AXIS = "models"
"""Name of the only axis of the mesh."""


def make_mesh(devices: object) -> Mesh:
    """The devices as a mesh with one axis.

    Args:
        devices: what the user passed, of any type: a list of devices is what is checked for.

    Returns:
        A mesh `[devices]`.

    Raises:
        TypeError: if it is not a list of JAX devices.
        ValueError: if it is empty, repeats a device, or mixes platforms.
    """
    remedy = "Pass jax.devices(), or some of them."
    if not isinstance(devices, Sequence) or not all(isinstance(d, jax.Device) for d in devices):
        raise TypeError(f"got devices={devices!r}; expected a list of JAX devices. {remedy}")
    if not devices or len(set(devices)) < len(devices):
        raise ValueError(f"got devices={devices!r}; expected at least one, each once. {remedy}")
    platforms = sorted({device.platform for device in devices})
    if len(platforms) > 1:
        found = " and ".join(platforms)
        raise ValueError(f"got devices of {found}; expected devices of a single platform. {remedy}")
    return Mesh(np.array(devices), (MESH_AXIS,))


def device_of(inputs: Inputs) -> jax.Device:
    """The device that trains on these arguments, as JAX places programs.

    An array that was put on a device (committed) decides, else the device that holds the arrays. Under the
    user's own `jit` the devices are unknown, and it is the default device.
    """
    arrays = [leaf for leaf in jax.tree.leaves(inputs) if not isinstance(leaf, jax.core.Tracer)]
    placed = [array for array in arrays if array.committed] or arrays
    return min(placed[0].devices(), key=lambda device: device.id) if placed else jax.devices()[0]


def train_on_mesh(train: Callable[..., Fit], axes: Inputs, mesh: Mesh) -> Callable[..., Fit]:
    """`train(*inputs)` of many models, traced, with each device training its part of them."""
    specs = tuple(map_axes(lambda axis: P() if axis is None else P(MESH_AXIS), axes))
    # The parts are independent trainings: the check that shared values stay equal is not needed.
    return jax.shard_map(train, mesh=mesh, in_specs=specs, out_specs=P(MESH_AXIS), check_vma=False)


def put_on_mesh(inputs: Inputs, axes: Inputs, mesh: Mesh, models: int) -> Inputs:
    """The inputs on their devices: each model on one device, shared arrays on all of them.

    If the devices do not divide the models, the last model is repeated. An array that is already
    where it belongs is not copied.
    """
    padded = -(-models // mesh.size) * mesh.size
    if padded > models:
        inputs = select(inputs, axes, np.minimum(np.arange(padded), models - 1))

    def put(axis: int | None, leaves: PyTree) -> PyTree:
        return jax.device_put(leaves, NamedSharding(mesh, P() if axis is None else P(MESH_AXIS)))

    return map_axes(put, axes, inputs)
