"""Debian's Chromium, as Playwright starts it."""

import os
import shutil
import signal
from contextlib import suppress
from threading import Timer

from playwright.sync_api import Error

PATH = shutil.which("chromium") or shutil.which("chromium-browser")
LEFT_OUT = [
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]  # fmt: skip
"""Features of Chromium: the first line's are two pages of its address bar, hidden and loaded anew with every window,
which took more than most of our pages; the others are what Playwright leaves out, for the last list given counts."""
ARGUMENTS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run",
    f"--disable-features={','.join(LEFT_OUT)}",
]  # fmt: skip


class Chromium:
    """One browser at a time: it starts when it is wanted, and anew after it had to be killed."""

    def __init__(self, playwright):
        self._playwright = playwright
        self._browser = None
        self._pid = None

    def new_context(self, **options):
        """Somebody with a browser of their own."""
        if not self._browser or not self._browser.is_connected():
            self._start()
        return self._browser.new_context(**options)

    def end(self, context, *, patience=15):
        """Close it, and everything with it where that is not answered within so many seconds.

        Playwright waits for that answer for good, and once in many thousand times Chromium gives none.
        """
        overdue = Timer(patience, os.killpg, (self._pid, signal.SIGKILL))
        overdue.start()
        try:
            with suppress(Error):
                context.close()
        finally:
            overdue.cancel()

    def stop(self):
        if self._browser:
            self._browser.close()

    def _start(self):
        self._browser = self._playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
        session = self._browser.new_browser_cdp_session()
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        [self._pid] = [each["id"] for each in processes if each["type"] == "browser"]
