from . import mobile
from . import typst_pdf
from . import xlsx
