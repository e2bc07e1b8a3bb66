"""The nearest neighbour on raw inputs: what any meta-learner should beat, and nothing is learned.

Shapes: B episodes, S rows of a support, Q queries, W ways, or 1 of a regression.
"""

import math

import tensorflow as tf

from trunkline.metalearning import similarity
from trunkline.metalearning.method import Task


def answers(task: Task, ways: int | None = None) -> tf.Tensor:
    """Return, for each class, how near its nearest row is; or the number of the nearest row.

    Distances are Euclidean, over all entries of a row. Of equally near rows the first counts.

    Args:
        task: of classes if its labels are whole numbers.
        ways: classes; none: as many as the labels tell, which a graph cannot know.

    Returns:
        [B, Q, W]: of classes |q|^2 minus the squared distance to the nearest row of each.
    """
    support, query = (_flat(rows) for rows in (task.support, task.query))
    centre = tf.reduce_mean(support, 1, keepdims=True)  # numbers far from 0 lose digits
    near = similarity.euclidean(query - centre, support - centre)  # [B, Q, S]
    if not task.support_y.dtype.is_integer:
        nearest = tf.argmax(near, -1, output_type=tf.int32)  # [B, Q]
        return tf.gather(task.support_y, nearest, batch_dims=1)[..., None]
    count = ways or int(tf.reduce_max(task.support_y)) + 1
    member = tf.transpose(tf.one_hot(task.support_y, count), (0, 2, 1)) > 0  # [B, W, S]
    return tf.reduce_max(tf.where(member[:, None], near[:, :, None], near.dtype.min), -1)


def _flat(rows: tf.Tensor) -> tf.Tensor:
    many, count, *shape = rows.shape
    return tf.reshape(rows, (many, count, math.prod(shape)))
