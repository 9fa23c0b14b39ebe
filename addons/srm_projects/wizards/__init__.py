from . import srm_project_set_baseline
from . import srm_water_balance_reject
from . import srm_telemetry_file
from . import srm_telemetry_key
