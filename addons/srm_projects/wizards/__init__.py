from . import srm_project_set_baseline
from . import srm_sector_volume_reject
from . import srm_telemetry_file
from . import srm_telemetry_key
