{
    "name": "SRM Projects with Contracts",
    "summary": "Contracts and their statements consume the budget of their project",
    "version": "19.0.1.0.0",
    "category": "Services/Utilities",
    "author": "SRM Suite contributors",
    "website": "https://srm.example.com",
    "license": "AGPL-3",
    "depends": ["srm_projects", "srm_procurement"],
    "data": [
        "security/ir.model.access.csv",
        "data/srm_projects_procurement_data.xml",
        "views/srm_contract_views.xml",
        "views/project_project_views.xml",
        "views/srm_import_views.xml",
    ],
    "auto_install": True,
}
