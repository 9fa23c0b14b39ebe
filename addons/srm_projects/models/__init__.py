from . import srm_frozen_mixin
from . import res_company
from . import res_config_settings

# Works
from . import srm_work_item
from . import project_project
from . import srm_work_measure
from . import srm_work_link
from . import srm_project_cost
from . import srm_project_baseline
from . import srm_project_snapshot
from . import srm_project_risk
from . import srm_project_asset
from . import project_project_progress
from . import project_project_acceptance
from . import srm_programme
from . import srm_site_entry
from . import project_project_screens
from . import srm_works_demo
