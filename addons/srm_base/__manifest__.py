{
    "name": "SRM Base",
    "summary": "Territory, roles, identifiers, dashboards and take-on imports",
    "version": "19.0.1.0.0",
    "category": "Services/Utilities",
    "author": "SRM Suite contributors",
    "website": "https://srm.example.com",
    "license": "AGPL-3",
    "depends": ["srm_kit"],
    "external_dependencies": {"python": ["openpyxl", "typst", "xlsxwriter"]},
    "data": [
        # Roles and access
        "security/srm_base_groups.xml",
        "security/ir.model.access.csv",
        "security/srm_base_rules.xml",
        # Reference data
        "data/mail_activity_type_data.xml",
        "data/srm_seed_data.xml",
        # Screens
        "views/srm_territory_views.xml",
        "views/srm_territory_access_views.xml",
        "views/srm_service_views.xml",
        "views/srm_predecessor_views.xml",
        "views/srm_perimeter_views.xml",
        "views/srm_agency_views.xml",
        "views/srm_shareholder_views.xml",
        "views/srm_dashboard_views.xml",
        "views/res_company_views.xml",
        "views/res_partner_views.xml",
        "views/res_users_views.xml",
        # Menus of the add-on (the actions above must exist)
        "views/srm_base_menus.xml",
        # Take-on imports: access, background job, screens and their menu entries
        "security/srm_import_security.xml",
        "data/srm_import_data.xml",
        "views/srm_import_row_views.xml",
        "views/srm_import_total_views.xml",
        "views/srm_import_profile_views.xml",
        "wizards/srm_import_correction_views.xml",
        "views/srm_import_views.xml",
        "views/srm_import_menus.xml",
        # Pages for the field
        "security/srm_submission_security.xml",
        "views/srm_mobile_templates.xml",
        "views/srm_submission_views.xml",
    ],
    "demo": [
        "demo/res_company_demo.xml",
        "demo/res_users_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "srm_base/static/src/dashboard/**/*",
            "srm_base/static/src/about/**/*",
            "srm_base/static/src/import/**/*",
            "srm_base/static/src/rtl/**/*",
        ],
        "web.assets_unit_tests": ["srm_base/static/tests/**/*"],
    },
    "application": True,
}
