"""Implementations of the lesson on hand-written gradients, each in the way of its framework.

Each trains logistic regression by plain gradient descent on all examples. The backward pass has the
lesson's mistake: it returns the derivative of the sum of the losses, while the forward pass returns their
mean. The gradient therefore lacks the factor 1/n, and a gradient check finds that.
"""
