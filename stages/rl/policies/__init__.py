"""Policies: a module for each kind, with its kernels and the same in NumPy."""
