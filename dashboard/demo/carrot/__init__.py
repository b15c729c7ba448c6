"""A stand-in for a CARROT server: a WSGI application that knows only the documented REST API.

::

    app = make_app(folder, now=clock, mode="strict", base_url="")
    server = serve(app, "127.0.0.1", 0)
    app.faults.add(Fault(status=503))
    app.switches.reporting = False

    python -m dashboard.demo.carrot --port 8490 --state var/carrot
"""

from dashboard.demo.carrot.application import Application, make_app
from dashboard.demo.carrot.desks import Mode, Shape, Switches
from dashboard.demo.carrot.faults import Fault, Faults
from dashboard.demo.servers import Server, serve

__all__ = ["Application", "Fault", "Faults", "Mode", "Server", "Shape", "Switches", "make_app", "serve"]
