"""Loaded by the Python programs of a drill whose clock is another one.

libfaketime mistakes the moment Python sleeps until for one of the clock it turns.
"""

import select
import time

time.sleep = lambda seconds: select.select([], [], [], max(seconds, 0))
