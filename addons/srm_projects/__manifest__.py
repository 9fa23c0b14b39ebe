{
    "name": "SRM Projects and Networks",
    "summary": "Programme, funding, works, network diagnosis, yield and decisions",
    "version": "19.0.1.0.0",
    "category": "Services/Utilities",
    "author": "SRM Suite contributors",
    "website": "https://srm.example.com",
    "license": "AGPL-3",
    "depends": [
        "srm_base",
        "project",
        "maintenance",
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
        # -- Money: funding, budget chain
        # -- Meetings: minutes, decisions, partnerships
        # -- Networks: sections, diagnosis, priority, maintenance
        # -- Supply: sectors, volumes, yield, leaks, telecontrol, reuse
    ],
    "demo": [
        "demo/srm_projects_users_demo.xml",
        # -- Works
        # -- Money and meetings
        # -- Networks
        # -- Supply
    ],
    "assets": {
        "web.assets_backend": [],
    },
    "application": True,
}
