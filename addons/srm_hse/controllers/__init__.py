from . import certificates
from . import evidence_pack
