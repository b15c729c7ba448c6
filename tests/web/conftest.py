"""The product with TLS on this machine, and the tools that look at it from outside. They come by `make lint-web`."""

import datetime as dt
import http.client
import ipaddress
import json
import os
import re
import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.browser.products import ROOT, Product, product, sockets

MODULES = ROOT / "node_modules"
IS_REQUIRED = os.environ.get("REQUIRE_NODE") == "1"


def unavailable(why):
    """The tools are a matter of the machine; where they are required, their absence is a failure."""
    pytest.fail(why) if IS_REQUIRED else pytest.skip(why)


@pytest.fixture(scope="session")
def tools():
    """The folder of Node's modules with both tools."""
    if not shutil.which("node"):
        unavailable("Node is not installed (Debian: apt install nodejs npm)")
    observatory = MODULES / "@mdn" / "mdn-http-observatory"
    if not observatory.is_dir() or not (MODULES / "csp_evaluator").is_dir():
        unavailable("MDN's Observatory is not installed: make lint-web installs it")
    # Which sites browsers know to have TLS: this machine is none of them, so the list need not be fetched.
    preloaded = observatory / "conf" / "hsts-preload.json"
    if not preloaded.is_file():
        preloaded.write_text("{}")
    return MODULES


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine's names, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return certificate, private


@dataclass
class SecureProduct:
    """A running dashboard that speaks TLS, and the cookies of somebody who is signed in."""

    running: Product
    certificate: Path
    cookie: str = ""

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.running.port}"

    def ask(self, method, path, body=None, cookie=""):
        """(status, headers, text) of one request."""
        trusting = ssl.create_default_context(cafile=str(self.certificate))
        connection = http.client.HTTPSConnection("localhost", self.running.port, timeout=20, context=trusting)
        headers = {"Cookie": cookie, "Referer": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def sign_in(self) -> None:
        """Use the printed link up."""
        path = "/sign-in/once/" + self.running.link.split("/sign-in/once/")[1]
        _, headers, page = self.ask("GET", path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        status, headers, _ = self.ask("POST", path, f"csrfmiddlewaretoken={token}", _cookies(headers))
        assert status == 302
        self.cookie = _cookies(headers)


def _cookies(headers) -> str:
    return "; ".join(each.split(";")[0] for each in headers.get_all("Set-Cookie"))


@pytest.fixture(scope="session")
def secure(tmp_path_factory):
    """A dashboard with TLS, without jobs; somebody is signed in."""
    folder = tmp_path_factory.mktemp("secure")
    certificate, key = write_certificate(folder)

    class WithTls(Product):
        @property
        def environ(self):
            return {**super().environ, "TLS_CERTIFICATE": str(certificate), "TLS_KEY": str(key)}

    with sockets():
        plain = product(folder)
        running = WithTls(jobs=plain.jobs, var=plain.var, port=plain.port)
        running.start()
        made = SecureProduct(running, certificate)
        made.sign_in()
    yield made
    running.stop()


@pytest.fixture
def scan(tools, secure):
    """What the tools find at a path, asked with a cookie or as a stranger."""

    def of(path, cookie=""):
        words = ["node", str(Path(__file__).with_name("observatory.mjs")), str(tools), secure.origin, path]
        environ = {"PATH": os.environ["PATH"], "NODE_EXTRA_CA_CERTS": str(secure.certificate)}
        words += [cookie] if cookie else []
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, env=environ, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return of
