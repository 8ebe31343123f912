"""Models shared out to several devices: each trains its own, and nothing goes between them."""

from collections.abc import Callable, Sequence

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

from ._axes import Inputs, for_each, select

AXIS = "models"


def mesh_of(devices) -> Mesh:
    """The devices in a row.

    Raises:
        TypeError, ValueError: unless they are devices, at least one, each once and all of one kind.
    """
    remedy = "Pass jax.devices(), or some of them."
    listed = isinstance(devices, Sequence)
    if not listed or not all(isinstance(device, jax.Device) for device in devices):
        raise TypeError(f"got devices={devices!r}; expected a list of devices of JAX. {remedy}")
    if not devices or len(set(devices)) < len(devices):
        raise ValueError(f"got devices={devices!r}; expected at least one, each once. {remedy}")
    platforms = sorted({device.platform for device in devices})
    if len(platforms) > 1:
        said = " and ".join(platforms)
        raise ValueError(f"got devices of {said}; expected devices of one kind. {remedy}")
    return Mesh(np.array(devices), (AXIS,))


def shared_out(train: Callable, axes: Inputs, mesh: Mesh) -> Callable:
    """`train(*inputs)` of many models, traced, with each device training its part of them."""
    specs = tuple(for_each(lambda axis: P() if axis is None else P(AXIS), axes))
    # Every part is a training of its own; what varies between devices need not be proved.
    return jax.shard_map(train, mesh=mesh, in_specs=specs, out_specs=P(AXIS), check_vma=False)


def place(inputs: Inputs, axes: Inputs, mesh: Mesh, models: int) -> Inputs:
    """The inputs on their devices: each model on one, what all share on all of them.

    Where the devices cannot be given equally many, the last model is there more than once. Arrays that
    lie where they should are not copied.
    """
    full = -(-models // mesh.size) * mesh.size
    if full > models:
        inputs = select(inputs, axes, np.minimum(np.arange(full), models - 1))

    def to_devices(axis, leaves):
        return jax.device_put(leaves, NamedSharding(mesh, P() if axis is None else P(AXIS)))

    return for_each(to_devices, axes, inputs)
