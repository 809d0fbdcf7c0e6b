"""Heavy jobs, money and the model registry."""
