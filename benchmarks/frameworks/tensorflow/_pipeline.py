"""The batches of a training as a `tf.data` pipeline."""

import tensorflow as tf

from benchmarks.contract import Arrays


def make_batches(arrays: Arrays) -> tf.data.Dataset:
    """The batches, one element (x, y) per step."""
    x, y = tf.constant(arrays.x), tf.constant(arrays.y)
    if arrays.plan is None:
        return tf.data.Dataset.from_tensors((x, y)).repeat(arrays.steps)

    def gather(rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        rows = tf.boolean_mask(rows, rows >= 0)  # without the padding of a short batch
        return tf.gather(x, rows), tf.gather(y, rows)

    # prefetch prepares the next batch while the current step runs
    return tf.data.Dataset.from_tensor_slices(arrays.plan).map(gather).prefetch(tf.data.AUTOTUNE)
