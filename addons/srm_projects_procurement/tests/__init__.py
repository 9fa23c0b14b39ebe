from . import test_srm_contract
