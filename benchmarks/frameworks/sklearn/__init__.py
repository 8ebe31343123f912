"""scikit-learn: each of its solvers for logistic and softmax regression."""
