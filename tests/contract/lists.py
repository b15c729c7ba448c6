"""What a source lists, whichever way it does."""


def listed_ids(source):
    """The external ids of all runs that it lists."""
    if not source.capabilities.pages:
        return source.list_runs({}).present
    return frozenset(reading.run.external_id for page in source.list_pages() for reading in page.readings)
