{
    "name": "SRM Projects and Networks",
    "summary": "Programme, funding, works, network diagnosis, yield and decisions",
    "version": "19.0.1.1.0",
    "category": "Services/Utilities",
    "author": "SRM Suite contributors",
    "website": "https://srm.example.com",
    "license": "AGPL-3",
    "depends": [
        "srm_base",
        "maintenance",
        "project",
        "spreadsheet_dashboard",
        "web_timeline",
        "web_leaflet_lib",
    ],
    "external_dependencies": {"python": ["xlsxwriter"]},
    "data": [
        # Roles and access, one folder of access lines per part
        "security/srm_projects_groups.xml",
        # Menus first: each view file hangs its own entries under them
        "views/srm_projects_menus.xml",
        # -- Works: programme, projects, baselines, progress
        "security/works/ir.model.access.csv",
        "security/srm_projects_works_security.xml",
        "data/srm_works_data.xml",
        "views/srm_project_dashboard_views.xml",
        "views/srm_programme_views.xml",
        "views/srm_work_item_views.xml",
        "views/srm_work_measure_views.xml",
        "views/srm_project_baseline_views.xml",
        "views/srm_project_snapshot_views.xml",
        "views/srm_project_asset_views.xml",
        "views/srm_site_entry_views.xml",
        "views/project_project_views.xml",
        "views/srm_import_views.xml",
        "views/res_config_settings_views.xml",
        "wizards/srm_project_set_baseline_views.xml",
        # -- Money: funding, budget chain
        "security/money/ir.model.access.csv",
        "security/srm_projects_money_security.xml",
        "data/srm_meetings_data.xml",
        "views/srm_funding_views.xml",
        "views/srm_budget_line_views.xml",
        "views/srm_cash_dashboard_views.xml",
        # -- Meetings: minutes, decisions, partnerships
        "views/srm_minutes_views.xml",
        "views/srm_decision_views.xml",
        "views/srm_partnership_views.xml",
        "views/srm_territory_views.xml",
        # -- Supply: sectors, volumes, yield, leaks, reuse
        "security/supply/ir.model.access.csv",
        "security/srm_projects_supply_security.xml",
        "data/srm_supply_data.xml",
        "views/srm_water_balance_views.xml",
        "views/srm_sector_views.xml",
        "views/srm_leak_views.xml",
        "views/srm_treatment_plant_views.xml",
        # -- Networks: sections, inspections, diagnosis, priorities, urgent plans
        "security/networks/ir.model.access.csv",
        "security/srm_projects_networks_security.xml",
        "data/srm_networks_data.xml",
        "views/srm_condition_dashboard_views.xml",
        "views/srm_network_break_views.xml",
        "views/srm_network_inspection_views.xml",
        "views/srm_network_section_views.xml",
        "views/srm_diagnosis_views.xml",
        "views/srm_priority_views.xml",
        "views/srm_urgent_plan_views.xml",
        "views/srm_network_configuration_views.xml",
        # -- Telecontrol
        "security/telemetry/ir.model.access.csv",
        "security/srm_projects_telemetry_security.xml",
        "data/srm_telemetry_data.xml",
        "wizards/srm_telemetry_file_views.xml",
        "wizards/srm_telemetry_key_views.xml",
        "views/srm_telemetry_channel_views.xml",
        "views/srm_telemetry_correction_views.xml",
        "views/srm_telemetry_finding_views.xml",
        "views/srm_telemetry_delivery_views.xml",
        "views/srm_night_flow_views.xml",
        "views/srm_pressure_regulator_views.xml",
        # -- Preventive maintenance
        "security/maintenance/ir.model.access.csv",
        "security/srm_projects_maintenance_security.xml",
        "data/srm_maintenance_data.xml",
        "views/maintenance_request_views.xml",
        "views/srm_maintenance_plan_views.xml",
        # -- Reports
        "security/reports/ir.model.access.csv",
        "security/srm_projects_reports_security.xml",
        "views/srm_committee_file_views.xml",
        "data/srm_dashboards_data.xml",
    ],
    "demo": [
        "demo/srm_projects_users_demo.xml",
        # -- Works
        "demo/srm_works_demo.xml",
        # -- Money and meetings
        "demo/srm_money_demo.xml",
        # -- Supply
        "demo/srm_supply_demo.xml",
        # -- Networks
        "demo/srm_networks_demo.xml",
        # -- Telecontrol
        "demo/srm_telemetry_demo.xml",
        # -- Preventive maintenance
        "demo/srm_maintenance_demo.xml",
        # -- Reports
        "demo/srm_reports_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "srm_projects/static/src/timeline/**/*",
            "srm_projects/static/src/map/**/*",
        ],
    },
    "application": True,
}
