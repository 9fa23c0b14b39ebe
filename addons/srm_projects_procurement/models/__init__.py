from . import srm_budget_entry
from . import srm_contract
from . import srm_contract_statement
from . import srm_contract_link_import
from . import project_project
