from . import srm_evidence_mixin
from . import srm_author_mixin
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
from . import srm_project_import
from . import srm_site_entry
from . import project_project_screens
from . import srm_works_demo

# Supply
from . import srm_sector
from . import srm_water_balance
from . import srm_leak
from . import srm_treatment_plant
from . import srm_yield_dashboard
from . import srm_supply_demo

# Networks: diagnosis, priorities, urgent plans
from . import srm_material
from . import srm_network_section
from . import srm_unit_cost
from . import srm_network_break
from . import srm_grading_scale
from . import srm_defect_code
from . import srm_diagnosis
from . import srm_network_inspection
from . import srm_priority_grid
from . import srm_priority_ranking
from . import srm_urgent_plan
from . import srm_network_map
from . import srm_condition_dashboard
from . import srm_section_import
from . import srm_bulk_reading_import
from . import srm_networks_demo

# Telecontrol
from . import srm_telemetry_channel
from . import srm_telemetry_block
from . import srm_telemetry_correction
from . import srm_telemetry_finding
from . import srm_telemetry_delivery
from . import srm_night_flow
from . import srm_pressure_regulator
from . import srm_telemetry_page
from . import ir_http
from . import srm_telemetry_demo

# Preventive maintenance
from . import srm_maintenance_plan
from . import maintenance_request
from . import srm_maintenance_demo

# Money and meetings
from . import srm_funding
from . import srm_budget_line
from . import srm_cash_dashboard
from . import srm_meeting_kind
from . import srm_minutes
from . import srm_minutes_item
from . import srm_decision
from . import srm_partnership
from . import srm_territory
from . import srm_money_demo

# Reports
from . import srm_committee_file
