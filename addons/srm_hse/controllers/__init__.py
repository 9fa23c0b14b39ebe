from . import certificates
from . import typst_pdf
from . import evidence_pack
