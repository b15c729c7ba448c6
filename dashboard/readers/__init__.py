"""What files hold, read in parts: bytes in, records out. They do not know where a file comes from or is shown."""
