"""The one Django application, and the admin panel as it is here."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps

from dashboard import environment


class DashboardConfig(AppConfig):
    """Quayside."""

    default = True
    name = "dashboard"
    verbose_name = "Quayside"

    def ready(self) -> None:
        """Give the process its own zone back, and listen to what others tell."""
        environment.restore_machine_zone()
        # Its module reads models, which are not there before.
        from dashboard.authentication import receivers  # noqa: PLC0415

        receivers.connect()


class AdminConfig(admin_apps.AdminConfig):
    """The admin panel, for administrators by their role."""

    default = False
    default_site = "dashboard.admin_site.AdminSite"
