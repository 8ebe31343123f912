"""PyTorch: eager as in its tutorials, compiled with CUDA graphs, and its L-BFGS."""
