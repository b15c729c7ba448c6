"""Pages of being told: what one watches, by which channels, and what went out by them."""
