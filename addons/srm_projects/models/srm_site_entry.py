import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard
from odoo.addons.srm_kit.tools.pictures import PictureError, kind_of, redrawn

_lt = LazyTranslate(__name__)

#: A photo of a phone, once the page has reduced it, is far below this (base64).
LARGEST_PHOTO = 3_000_000
MOST_PHOTOS = 5


class SrmSiteEntry(models.Model):
    """Line of the site diary: what was seen, with photos, date and position.

    Nobody takes back what was written, with its photos: a mistake gets a line of its
    own.
    """

    _name = "srm.site.entry"
    _inherit = ["srm.evidence.mixin"]
    _description = "Site Diary Entry"
    _order = "date desc, id desc"
    _rec_name = "project_id"
    _guard = Guard(
        freezes=(
            Freeze(
                always=True,
                but=("evidence_sha256",),
                database=True,
                remedy=_lt("Write another line below it."),
            ),
        ),
        deletable=(),
    )
    _evidence_fields = ("photo_ids",)

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, index=True
    )
    territory_id = fields.Many2one(
        related="project_id.territory_id", store=True, index="btree_not_null"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, default=lambda self: self.env.user
    )
    text = fields.Text(required=True)
    weather = fields.Selection(
        [("fine", "Fine"), ("rain", "Rain"), ("wind", "Wind"), ("heat", "Heat")]
    )
    blocking = fields.Boolean(help="Something stops the works.")
    latitude = fields.Float(digits=(9, 6), aggregator=None)
    longitude = fields.Float(digits=(9, 6), aggregator=None)
    photo_ids = fields.Many2many("ir.attachment", string="Photos")
    photo_count = fields.Integer(compute="_compute_photo_count")

    _position_valid = models.Constraint(
        "CHECK (latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180)",
        "A position lies between -90 and 90, -180 and 180 degrees.",
    )

    @api.depends("project_id.company_id")
    def _compute_company_id(self):
        for entry in self:
            entry.company_id = entry.project_id.company_id or self.env.company

    @api.depends("photo_ids")
    def _compute_photo_count(self):
        for entry in self:
            entry.photo_count = len(entry.photo_ids)

    def _add_photos(self, photos: list[str]):
        """Photos (base64) sent with the entry.

        Whoever writes in the diary may not change it afterwards: the photos come with
        the entry, as part of the same sending.
        """
        self.ensure_one()
        number = self.project_id.srm_number.replace("/", "-")
        self.sudo()._by_code().photo_ids = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": f"{number}-{rank}.jpg",
                        "datas": data,
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                    for rank, data in enumerate(photos, start=1)
                ]
            )
        )

    def action_open_map(self):
        self.ensure_one()
        place = f"{self.latitude:.6f},{self.longitude:.6f}"
        return {
            "type": "ir.actions.act_url",
            "url": f"geo:{place}?q={place}",
            "target": "new",
        }


class ProjectProject(models.Model):
    _inherit = "project.project"

    srm_site_entry_ids = fields.One2many("srm.site.entry", "project_id")


class SrmMobileSite(models.AbstractModel):
    """Site diary on a phone: project, text, photos, position; without network too."""

    _name = "srm.mobile.site"
    _inherit = "srm.mobile.app"
    _description = "Site Diary on a Phone"
    _app_module = "/srm_projects/static/src/mobile/site.js"
    _app_groups = (
        "srm_base.group_project_manager",
        "srm_base.group_field_technician",
        "srm_projects.group_network_officer",
    )

    def _title(self):
        return self.env._("Site diary")

    def _texts(self):
        return {
            "projects": self.env._("Projects"),
            "no_project": self.env._("No project under way."),
            "text": self.env._("What you see"),
            "photo": self.env._("Take a photo"),
            "photos": self.env._("photos"),
            "position": self.env._("Position"),
            "no_position": self.env._("Position unknown"),
            "blocking": self.env._("Something stops the works"),
            "record": self.env._("Record"),
            "recorded": self.env._("Recorded"),
            "write_first": self.env._("Write what you see, or take a photo."),
        }

    def _data(self):
        projects = self.env["project.project"].search_fetch(
            [("srm_state", "in", ("study", "works", "provisional"))],
            ["name", "srm_number", "territory_id"],
        )
        return {
            "projects": [
                {
                    "id": project.id,
                    "name": project.name,
                    "number": project.srm_number,
                    "place": project.territory_id.name or "",
                }
                for project in projects
            ]
        }

    def _receive(self, payload, submission):
        number = payload.get("project")
        known = number if isinstance(number, int) else 0
        project = self.env["project.project"].browse(known).exists()
        if not project or not project.has_access("read"):
            raise ValidationError(self.env._("This project is not one of yours."))
        photos = self._photos(payload.get("photos") or [])
        entry = self.env["srm.site.entry"].create(
            {
                "project_id": project.id,
                "date": submission.entered_on or fields.Datetime.now(),
                "text": payload.get("text") or self.env._("Photo"),
                "blocking": bool(payload.get("blocking")),
                "latitude": payload.get("latitude") or 0.0,
                "longitude": payload.get("longitude") or 0.0,
            }
        )
        entry._add_photos(photos)
        return {"entry": entry.id, "photos": len(photos)}

    def _photos(self, urls) -> list[str]:
        """Base64 of the JPEG photos; anything else is refused.

        :raise ValidationError: too many, too large, or no photo
        """
        if len(urls) > MOST_PHOTOS:
            raise ValidationError(
                self.env._("At most %(count)s photos at once.", count=MOST_PHOTOS)
            )
        head = "data:image/jpeg;base64,"
        for url in urls:
            if not str(url).startswith(head) or len(url) > LARGEST_PHOTO:
                raise ValidationError(self.env._("This file is no photo of a phone."))
        return [self._photo(url.removeprefix(head)) for url in urls]

    def _photo(self, encoded: str) -> str:
        """The photo drawn anew: nothing but a photo comes in with it."""
        try:
            content = base64.b64decode(encoded, validate=True)
            if kind_of(content) != "JPEG":
                raise PictureError("kind")
            return base64.b64encode(redrawn(content)).decode()
        except (binascii.Error, PictureError) as error:
            text = self.env._("This file is no photo of a phone.")
            raise ValidationError(text) from error

    def _keep(self, payload):
        return {name: value for name, value in payload.items() if name != "photos"}
