"""TensorFlow and Keras: eager as in their tutorials, as one graph, and under XLA."""
