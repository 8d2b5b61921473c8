"""The ground floor's pages, one room a subject."""

from adoption.tenancy.views.home import home, start

__all__ = ["home", "start"]
