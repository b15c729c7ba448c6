"""Pages of tasks, over all runs."""
