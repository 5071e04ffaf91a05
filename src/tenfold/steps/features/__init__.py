"""Step 6, features: from findings to unfitted recipes, one per family of models."""
