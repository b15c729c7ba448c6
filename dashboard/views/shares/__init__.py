"""Share links: the pages that make, list and revoke them, and the public pages that they lead to."""
