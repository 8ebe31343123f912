"""Implementations of the lesson on hand-written gradients, each with its framework's own tool.

Each trains logistic regression by plain gradient descent on all examples. The backward pass has the
lesson's mistake: it returns the derivative of the sum of the losses, while the forward pass returns their
mean. So the gradient lacks the factor 1/n, and a gradient check finds it.
"""
