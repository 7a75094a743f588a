"""How environments are drawn: a module for each, by the name of its section in params.yaml."""
