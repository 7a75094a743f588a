"""The agents: a module for each, with its settings, its equation and its loop."""
