"""Isolated trials: processes with a deadline and a memory limit; what one of them does harms only itself."""
