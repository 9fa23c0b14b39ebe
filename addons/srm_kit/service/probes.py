"""Watchers and balancers that speak HTTP/1.0 name no host: they are answered too."""

from functools import wraps

from odoo.http import Application

_odoo_call = Application.__call__


@wraps(_odoo_call)
def _call(self, environ, start_response):
    environ.setdefault(
        "HTTP_HOST", f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    )
    return _odoo_call(self, environ, start_response)


Application.__call__ = _call
