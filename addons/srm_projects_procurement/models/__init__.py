from . import srm_budget_entry
from . import srm_contract
from . import srm_contract_statement
from . import project_project
