"""Volume for the benchmarks: one record made by the ORM, copied many times by SQL."""


def copy_rows(
    cr, table: str, model_id: int, many: int, changes: dict, condition: str = "TRUE"
) -> int:
    """Copy the row ``model_id`` of ``table`` ``many`` times.

    The copy number n, from 1, has the id *returned value* + n.

    :param changes: column -> SQL expression, where ``n`` is the number of the copy;
        columns the table lacks are left out
    :param condition: which numbers are copied
    """
    cr.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_name = %s AND is_generated = 'NEVER'""",
        (table,),
    )
    columns = [name for (name,) in cr.fetchall()]
    cr.execute(f'SELECT max(id) FROM "{table}"')
    base = cr.fetchone()[0]
    values = {name: f'model."{name}"' for name in columns}
    values |= {name: text for name, text in changes.items() if name in values}
    values["id"] = f"{base} + n"
    names = ", ".join(f'"{name}"' for name in values)
    cr.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values.values())}'
        f' FROM "{table}" model, generate_series(1, %s) AS n'
        f" WHERE model.id = %s AND {condition}",
        (many, model_id),
    )
    cr.execute(
        "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (table, base + many)
    )
    return base
