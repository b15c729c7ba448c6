"""The languages that are coloured, and what people and files call them.

A closed list: each lexer here was run over hostile texts, and took its time by their length alone.
"""

LANGUAGES = frozenset(
    {
        *(
            "bash",
            "c",
            "cmake",
            "cpp",
            "css",
            "diff",
            "docker",
            "go",
            "html",
            "ini",
            "java",
            "javascript",
            "json",
            "kotlin",
        ),
        *(
            "lua",
            "make",
            "pytb",
            "python",
            "ruby",
            "rust",
            "scala",
            "sql",
            "swift",
            "toml",
            "typescript",
            "xml",
            "yaml",
        ),
    }
)
"""Named as Pygments names its lexers."""

_OTHER_NAMES = {
    "bash": ("sh", "shell", "zsh", ".bashrc", ".profile"),
    "cpp": ("c++", "cc", "cxx"),
    "cmake": ("cmakelists.txt",),
    "diff": ("patch", "udiff"),
    "docker": ("dockerfile", "containerfile"),
    "go": ("golang",),
    "html": ("htm",),
    "ini": ("cfg", "conf", "properties", ".editorconfig", ".gitconfig"),
    "javascript": ("js", "jsx", "mjs", "node"),
    "json": ("jsonl", "json5", "jsonc", "ndjson", "ipynb"),
    "make": ("makefile", "gnumakefile"),
    "python": ("py", "py3", "python3", "ipython", "ipython3"),
    "ruby": ("rb", "gemfile", "rakefile"),
    "rust": ("rs",),
    "toml": ("cargo.lock", "pipfile", "poetry.lock", "uv.lock"),
    "typescript": ("ts", "tsx"),
    "xml": ("svg", "xsd", "xslt"),
    "yaml": ("yml",),
}

BY_NAME = {name: name for name in LANGUAGES} | {
    other: name for name, others in _OTHER_NAMES.items() for other in others
}
"""Lower-case names, among them those of files that have no suffix, to ``LANGUAGES``."""

_SUFFIXES = {
    "bash": "sh bash zsh ksh",
    "c": "c h",
    "cmake": "cmake",
    "cpp": "cpp cc cxx hpp hh hxx",
    "css": "css",
    "diff": "diff patch",
    "docker": "dockerfile",
    "go": "go",
    "html": "html htm xhtml",
    "ini": "ini cfg conf properties",
    "java": "java",
    "javascript": "js jsx mjs cjs",
    "json": "json jsonl ndjson ipynb jsonc json5 webmanifest",
    "kotlin": "kt kts",
    "lua": "lua",
    "make": "mk mak",
    "python": "py pyi pyw",
    "ruby": "rb rake gemspec",
    "rust": "rs",
    "scala": "scala sc",
    "sql": "sql",
    "swift": "swift",
    "toml": "toml",
    "typescript": "ts tsx mts cts",
    "xml": "xml svg xsd xsl rss plist",
    "yaml": "yaml yml",
}

BY_SUFFIX = {f".{suffix}": name for name, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
"""Lower-case suffixes of files, with their dot, to ``LANGUAGES``."""
