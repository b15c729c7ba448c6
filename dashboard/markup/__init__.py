"""Texts of strangers as safe HTML: Markdown, code, terminal output. All of it escaped; no styles, no scripts."""
