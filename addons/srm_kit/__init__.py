from . import controllers
from . import models
from . import service
from . import wizards
from .hardening import post_load
