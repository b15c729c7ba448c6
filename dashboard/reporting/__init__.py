"""The reports we make ourselves: numbers, charts, documents."""
