"""Murmuration: peer-champion AI adoption programmes, and honest evidence of what became of them."""

from adoption.celery import app as celery_app

__all__ = ["celery_app"]
