"""Being told: noticing that a watched run ended, what is said of it, and the ways by which it is sent."""
