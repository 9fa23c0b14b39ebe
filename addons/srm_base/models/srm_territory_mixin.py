from odoo import fields, models


class SrmTerritoryMixin(models.AbstractModel):
    """A record that lies somewhere, and that provincial users may be limited to.

    The add-on that inherits it adds the record rule below (``noupdate``), so that a
    user with territories sees these, what lies in them, and what has no place yet::

        ([(1, '=', 1)] if not user.srm_territory_ids else
         ['|', ('territory_id', '=', False),
          ('territory_id', 'child_of', user.srm_territory_ids.ids)])
    """

    _name = "srm.territory.mixin"
    _description = "Place in the territory"

    territory_id = fields.Many2one(
        "srm.territory",
        index="btree_not_null",
        ondelete="restrict",
    )
    province_id = fields.Many2one(
        related="territory_id.province_id",
        string="Prefecture or province",
        store=True,
        index="btree_not_null",
    )
