"""Learning: from typed columns to an answer. Folds, recipes, trials, ensembles, and the graph that serves them."""
