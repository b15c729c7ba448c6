"""What happens around every request: one module for each thing. Their order, and why, is in ``settings.py``."""
