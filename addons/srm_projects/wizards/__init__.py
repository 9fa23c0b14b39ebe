from . import srm_project_set_baseline
