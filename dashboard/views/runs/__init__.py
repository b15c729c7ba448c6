"""Pages of runs: their list, each one's tabs, and the forms that act on them."""
