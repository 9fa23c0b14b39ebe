{
    "name": "SRM Kit",
    "summary": "Rules that hold, doors that stay shut, a service that stays alive",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tools",
    "author": "SRM Suite contributors",
    "website": "https://srm.example.com",
    "license": "AGPL-3",
    "depends": ["base", "mail", "portal", "queue_job", "web"],
    "data": [
        "security/srm_kit_groups.xml",
        "security/ir.model.access.csv",
        "data/login_data.xml",
        "data/signup_data.xml",
        "data/ir_cron_data.xml",
        "views/srm_heartbeat_views.xml",
        "views/srm_login_attempt_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["srm_kit/static/src/websocket/**/*"],
        "web.assets_frontend": ["srm_kit/static/src/websocket/**/*"],
    },
    "post_load": "post_load",
}
