"""The read-only API: JSON for programs, beside the pages for people, from the same services, filters and orders."""
