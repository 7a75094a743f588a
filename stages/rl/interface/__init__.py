"""What an environment is to agents, evaluation and pictures."""
