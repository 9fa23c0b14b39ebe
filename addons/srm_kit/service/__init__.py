"""What keeps the server alive and truthful, threaded or with worker processes.

Imported with the add-on: name ``srm_kit`` in ``server_wide_modules`` so that it also
holds while the database is away.
"""

from . import time_zones  # first: others read the clock

from . import beats
from . import database_loss
from . import full_disk
from . import machine_routes
from . import probes
from . import refusals
from . import schedulers
