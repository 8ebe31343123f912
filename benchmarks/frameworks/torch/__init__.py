"""PyTorch: eager in the style of its tutorials, compiled with CUDA graphs, and its L-BFGS."""
