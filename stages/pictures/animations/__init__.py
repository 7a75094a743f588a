"""Animations: the machinery, a scene for each environment, and bars for any other."""
