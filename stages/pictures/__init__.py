"""The pictures: figures, animations, and the page of the report."""
