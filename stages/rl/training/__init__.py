"""What agents share: playing, exploring, checkpoints, and runs side by side."""
