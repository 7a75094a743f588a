"""What agents, judge and pictures know of an environment, whichever it is."""
