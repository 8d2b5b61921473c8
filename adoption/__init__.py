"""Murmuration: peer-champion AI adoption programmes, and honest evidence of what became of them."""
