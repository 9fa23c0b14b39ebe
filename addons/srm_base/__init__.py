from . import controllers
from . import models
from . import importer
from . import wizards
