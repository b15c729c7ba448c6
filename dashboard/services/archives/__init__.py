"""All artifacts of a run, or of a trial, as one ZIP that is made while it is sent."""
