"""Step 5, exploration: what the training rows show, as findings first and pictures second."""
