"""Calling a C function of one whole number by its address, in a kernel or without one."""

import ctypes


def call(address: int, number: int) -> None:
    """Call the function at an address."""
    ctypes.CFUNCTYPE(None, ctypes.c_int64)(address)(int(number))
