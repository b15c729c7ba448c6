"""What one types to ask the API: shown by its page and the how-to, and run by a test."""

CURL = """\
curl --fail --silent --show-error --get \\
  --header "Authorization: Bearer $QUAYSIDE_TOKEN" \\
  --data-urlencode "q=status:completed" \\
  --data-urlencode "sort=-started" \\
  --data-urlencode "limit=5" \\
  "$QUAYSIDE/api/v1/runs"
"""
"""``$QUAYSIDE`` is where Quayside is asked, ``$QUAYSIDE_TOKEN`` a personal token."""

PYTHON = '''\
import os

import requests

session = requests.Session()
session.headers["Authorization"] = f"Bearer {os.environ['QUAYSIDE_TOKEN']}"


def everything(address, **asked):
    """The rows of a list, page by page."""
    while address:
        response = session.get(address, params=asked, timeout=30)
        response.raise_for_status()
        page = response.json()
        yield from page["items"]
        address, asked = page["next"], {}


for run in everything(f"{os.environ['QUAYSIDE']}/api/v1/runs", q="status:completed", limit=200):
    rate = run["numbers"]["strict"]
    print(run["name"], rate["value"], rate["words"])
'''
