"""What is tested, for pages: pipelines with their templates and tests, the history of a test, groups of runs."""
