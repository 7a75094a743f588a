"""The test in Gymnasium, and what its numbers say."""
