"""Several processes of the product at a time: what they do together, and what is left when they are killed."""
