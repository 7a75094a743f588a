"""What ends a stage when an environment fails; without imports, as every stage loads it."""


class BrokenEnvironmentError(Exception):
    """An environment raised an exception, or returned what its spaces do not allow: one line."""
