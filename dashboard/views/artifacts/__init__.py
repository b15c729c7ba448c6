"""Files of runs and trials: lists, pages, bytes, archives."""
