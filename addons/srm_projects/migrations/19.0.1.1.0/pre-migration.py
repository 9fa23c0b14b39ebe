from odoo.tools import SQL

OLD, NEW = "srm_sector_volume", "srm_water_balance"
SUFFIXES = ("", "_log", "_reject")
#: Columns that name a model with dots, and those that name records or constraints.
MODEL_COLUMNS = (
    ("ir_model", "model"),
    ("ir_model_fields", "model"),
    ("ir_model_fields", "relation"),
    ("ir_ui_view", "model"),
    ("ir_act_window", "res_model"),
    ("ir_filters", "model_id"),
    ("ir_attachment", "res_model"),
)
NAME_COLUMNS = (("ir_model_data", "name"), ("ir_model_constraint", "name"))


def migrate(cr, version):
    """The volumes of a sector in a month are its water balance: ``srm.water.balance``.

    The tables keep their rows; names that Odoo derives from the model follow.
    """
    for suffix in SUFFIXES:
        _rename_table(cr, OLD + suffix, NEW + suffix)
    for table, column in MODEL_COLUMNS:
        _replace(cr, table, column, OLD.replace("_", "."), NEW.replace("_", "."))
    for table, column in NAME_COLUMNS:
        _replace(cr, table, column, OLD, NEW)


def _rename_table(cr, old: str, new: str) -> None:
    cr.execute("SELECT to_regclass(%s)", (old,))
    if not cr.fetchone()[0]:
        return
    _rename_parts(cr, old, new)
    for kind, name in (("TABLE", old), ("SEQUENCE", f"{old}_id_seq")):
        renamed = name.replace(old, new)
        cr.execute(
            SQL(
                "ALTER %s IF EXISTS %s RENAME TO %s",
                SQL(kind),
                SQL.identifier(name),
                SQL.identifier(renamed),
            )
        )


def _rename_parts(cr, old: str, new: str) -> None:
    """Constraints first: those that own an index rename it with them."""
    cr.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass", (old,)
    )
    for (name,) in cr.fetchall():
        cr.execute(
            SQL(
                "ALTER TABLE %s RENAME CONSTRAINT %s TO %s",
                SQL.identifier(old),
                SQL.identifier(name),
                SQL.identifier(name.replace(old, new)),
            )
        )
    cr.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", (old,))
    for (name,) in cr.fetchall():
        if old in name:
            cr.execute(
                SQL(
                    "ALTER INDEX %s RENAME TO %s",
                    SQL.identifier(name),
                    SQL.identifier(name.replace(old, new)),
                )
            )


def _replace(cr, table: str, column: str, old: str, new: str) -> None:
    cr.execute(
        SQL(
            "UPDATE %(table)s SET %(column)s = replace(%(column)s, %(old)s, %(new)s)"
            " WHERE %(column)s LIKE %(pattern)s",
            table=SQL.identifier(table),
            column=SQL.identifier(column),
            old=old,
            new=new,
            pattern=f"%{old}%",
        )
    )
