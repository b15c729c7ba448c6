"""What is compressed on its way out."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    """Compresses what is made here. Files that can be had by ranges go out byte for byte: a range of them stays one."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, compressed if the asker takes that and it is not a file's bytes."""
        return response if response.has_header("Accept-Ranges") else super().process_response(request, response)
