"""Who somebody is: what Django, allauth and axes call here to let people in, and their sessions.

The rules themselves (who has an account, how long one waits, what the provider says of roles) are in ``services``; the
pages in ``views/accounts``.
"""
