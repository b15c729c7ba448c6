"""Pages of trials: a run's list of them, and each one's tabs."""
