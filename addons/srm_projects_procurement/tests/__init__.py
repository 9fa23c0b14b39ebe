from . import test_srm_contract
from . import test_srm_contract_link_import
