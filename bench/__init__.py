"""How fast the work is, in ratios within one run. `make bench`, or `python -m bench heartbeat --size 10000000`."""
