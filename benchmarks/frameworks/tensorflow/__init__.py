"""TensorFlow and Keras: eager in the style of their tutorials, as one graph, and under XLA."""
