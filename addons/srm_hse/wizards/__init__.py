from . import srm_carbon_reason
