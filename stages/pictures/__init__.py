"""What is shown: figures, animations and the page."""
