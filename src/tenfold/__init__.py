"""Tenfold: ten steps from raw data to a model you can stand behind."""

__version__ = "0.1.0"
