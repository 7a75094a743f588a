"""The stages of the pipeline: one small script each, and what they share."""
