from . import health
from . import login
