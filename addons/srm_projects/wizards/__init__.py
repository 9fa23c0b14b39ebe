from . import srm_project_set_baseline
from . import srm_sector_volume_reject
