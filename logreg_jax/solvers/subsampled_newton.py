"""Newton's method whose second derivatives are those of a few thousand examples."""

from dataclasses import dataclass, field
from typing import NamedTuple

import jax
from jaxtyping import Scalar

from .._line_search import dot, line_search
from .._problem import LARGEST_MATRIX, Point, Problem, make_problem
from .._quadratic import Spectrum, precondition, spectrum
from .._types import Batch, Hyperparameter, Params
from ..models import Model
from .base import has_l1
from .newton import truncated_newton


class Sample(NamedTuple):
    """Some of the examples.

    Attributes:
        data: the rows themselves.
        metric: spectrum of their features; None above 1024 features.
    """

    data: Batch
    metric: Spectrum | None


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class SubsampledNewton:
    """Newton's method with the gradient of all examples and the Hessian of some.

    For many examples, above all of several classes. A step costs two passes over x; its conjugate
    gradients see the sample alone, and are preconditioned with the covariance of its features. The
    error of such a Hessian makes convergence linear: on MNIST, l2 = 1e-3, a step takes four fifths of
    the gap away. Fits every model without an l1 penalty. Source: Byrd, Chin, Neveitt, Nocedal, "On the
    use of stochastic Hessian information in optimization methods for machine learning" (2011).

    The rows are evenly spread over the data. With features that hardly occur in them and next to no
    penalty there are many steps; `LBFGS` does not depend on a sample.

    Attributes:
        rows: about how many examples the second derivatives are of; static.
        forcing: relative residual at which conjugate gradients stop.
    """

    rows: int = field(default=6000, metadata={"static": True})
    forcing: Hyperparameter = 0.1

    def unsuited(self, model: Model) -> str | None:
        """It needs a smooth objective."""
        return "an l1 penalty is not smooth" if has_l1(model) else None

    def init(self, problem: Problem, params: Params) -> Sample:
        """The sample."""
        some = jax.tree.map(lambda array: array[:: self._every(problem)], problem.data)
        small = params.weights.shape[1] <= LARGEST_MATRIX
        return Sample(some, spectrum(some.x, self.rows, params.bias.dtype) if small else None)

    def renew(self, problem: Problem, params: Params, state: Sample) -> Sample:
        """The sample knows nothing of penalties."""
        return state

    def iterate(
        self, problem: Problem, point: Point, state: Sample
    ) -> tuple[Point, Sample, Scalar]:
        """One step."""
        sample = make_problem(problem.model, point.params, state.data, problem.scales)
        scores = point.examples.scores[:, :: self._every(problem)]
        curvatures = problem.curvatures(point)

        def inverse(gradient: Params) -> Params:
            if state.metric is None:
                return gradient
            return precondition(state.metric, curvatures, problem.model.l2, gradient)

        # What rows this few know of a feature is about that uncertain; where they know nothing of it,
        # this keeps the step from being far too long.
        ridge = curvatures * problem.scales.size**2 * sample.data.x.shape[1] / len(sample.data.x)
        direction = truncated_newton(
            sample, scores, point.gradient, self.forcing, ridge=ridge, preconditioner=inverse
        )
        new, _ = line_search(problem, point, direction, fraction=0.9)
        return new, state, -0.5 * dot(point.gradient, direction)

    def _every(self, problem: Problem) -> int:
        return max(len(problem.data.x) // self.rows, 1)


EXAMPLES = (SubsampledNewton(), SubsampledNewton(rows=32))
