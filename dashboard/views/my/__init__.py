"""What people keep here: saved views, stars, labels and notes."""
