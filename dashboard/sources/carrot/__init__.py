"""CARROT: runs of tests of pipelines, and their reports, over its REST API."""
