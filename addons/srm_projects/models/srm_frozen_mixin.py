from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

REFUSE = SQL(
    """
    CREATE OR REPLACE FUNCTION srm_refuse_change() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION '%% %%: this is a record of what was, it does not change',
            TG_TABLE_NAME, OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END
    $$ LANGUAGE plpgsql
    """
)


class SrmFrozenMixin(models.AbstractModel):
    """Records that are a memory: made once, never changed, never deleted.

    The database refuses a change too, whoever asks: what a record says of itself is
    frozen, what it only follows (its place, its company) is not.
    """

    _name = "srm.frozen.mixin"
    _description = "Frozen record"

    def init(self):
        super().init()
        columns = self._frozen_columns()
        if not columns:
            return
        self.env.cr.execute(REFUSE)
        changed = [
            SQL("OLD.%(name)s IS DISTINCT FROM NEW.%(name)s", name=SQL.identifier(name))
            for name in columns
        ]
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE TRIGGER %(trigger)s BEFORE UPDATE ON %(table)s
                   FOR EACH ROW WHEN (%(changed)s)
                   EXECUTE FUNCTION srm_refuse_change()
                """,
                trigger=SQL.identifier(f"{self._table}_frozen"),
                table=SQL.identifier(self._table),
                changed=SQL(" OR ").join(changed),
            )
        )

    def _frozen_columns(self) -> list[str]:
        """Columns that hold what was said: not those that follow another record."""
        if self._abstract:
            return []
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and field.column_type
            and not (field.related or field.compute)
            and name not in models.MAGIC_COLUMNS
        ]

    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _refuse_change(self):
        raise UserError(
            self.env._(
                "%(records)s: this is a record of what was, it does not change. Make "
                "a new one instead.",
                records=", ".join(self.mapped("display_name")[:3]),
            )
        )
