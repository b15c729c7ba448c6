"""Text files of any size as lines: numbered, windowed, searched, folded, without ever being in memory whole."""
