from . import srm_import_correction
