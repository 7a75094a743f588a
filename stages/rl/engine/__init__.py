"""Compiling, elementary functions, random numbers: what gives the same bits everywhere."""
