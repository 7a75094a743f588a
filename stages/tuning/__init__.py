"""Better settings for an agent, sought by trying; Optuna proposes what to try."""
