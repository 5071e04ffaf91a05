"""Networks over tables: trained by PyTorch, kept and answered with as plain arrays."""
