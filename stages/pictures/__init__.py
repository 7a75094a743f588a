"""The pictures: how agents and numbers are shown, figures, animations, and the page."""
