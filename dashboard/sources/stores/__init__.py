"""What speaks with each kind of buckets; each module imports its package, so it is loaded only when it is needed."""
