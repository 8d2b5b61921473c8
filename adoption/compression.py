"""Pages leave compressed: one is a tenth of its HTML."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Django's compression, for pages alone.

    It adds a random number of bytes to each, and the form's token is masked anew each time, so that their length tells
    nothing (BREACH). What machines read stays as it is, for compression weakens an ETag and If-Match takes strong ones
    alone; files are compressed already, and so are the static ones.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
