"""Pages of pipelines, their templates, tests and groups of runs."""
