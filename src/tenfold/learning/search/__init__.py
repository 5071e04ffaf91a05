"""Which configuration is tried next, and on how many folds, in the time there is."""
