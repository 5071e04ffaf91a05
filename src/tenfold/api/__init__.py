"""What Python users hold in their hands: workflows, runs, models."""
