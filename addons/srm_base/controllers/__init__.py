from . import mobile
from . import xlsx
