"""A stand-in for a Docks server: a WSGI application that knows only the documented JSON.

::

    app = make_app(folder, now=clock, token="…", tenant="…", base_url="")
    server = serve(app, "127.0.0.1", 0)
    app.faults.add(Fault(status=503))

    python -m dashboard.demo.docks --port 8480 --state var/docks
"""

from dashboard.demo.docks.application import Application, make_app
from dashboard.demo.docks.faults import Fault, Faults
from dashboard.demo.servers import Server, serve

__all__ = ["Application", "Fault", "Faults", "Server", "make_app", "serve"]
