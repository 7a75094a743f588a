"""How fast: the agents beside C and beside their peers. `make bench` writes results.md.

A part is a module with `lines() -> list[str]`, its piece of results.md.
"""
