from odoo import models

from ..importer.api import Existing, ImportContext, ImportField, OriginKey, ParsedRow


class SrmImportHandler(models.AbstractModel):
    """How one kind of file is read, checked and loaded.

    The framework reads the file, recognises the headers, parses each cell by its kind,
    finds references given twice in the file, compares with what is already loaded,
    keeps the totals, and calls the handler on batches of at most 2,000 rows. A handler
    never searches in a loop: one query per rule and batch.

    The methods run as the person who launched the import, in the company of the
    import. See ``importer/api.py`` for the types and a skeleton.
    """

    _name = "srm.import.handler"
    _description = "Take-on Import Handler"

    #: Group allowed to import this kind (directors only read).
    _import_group = "srm_base.group_administrator"
    #: Model the rows become.
    _target_model = ""
    #: Field of kind "predecessor" by which the totals are grouped.
    _group_field = "predecessor"
    #: Fields of kind "amount" that the control totals add up; the first leads.
    _amount_fields: tuple[str, ...] = ()
    #: ``{amount field: stored field of the target model}``: when given, the loaded
    #: amounts of the control totals are added up from the records themselves, not from
    #: what the import believes it wrote.
    _target_amount_fields: dict[str, str] = {}
    #: Whether a person may attach a flagged row to the record it resembles ("link").
    _can_link = False

    def _is_allowed(self) -> bool:
        """Whether the user may import this kind: its group, or an administrator."""
        user = self.env.user
        return user.has_group(self._import_group) or user.has_group(
            "srm_base.group_administrator"
        )

    def _fields_spec(self) -> list[ImportField]:
        """The fields a file may bring, in the order of the screens."""
        raise NotImplementedError(f"{self._name}._fields_spec")

    def _predecessor_field(self) -> ImportField:
        """The column that says where a row comes from; may be given once for all."""
        return ImportField(
            "predecessor",
            self.env._("Predecessor"),
            "predecessor",
            required=True,
            synonyms=("Origine", "Établissement", "Source", "Origin", "المصدر"),
        )

    def _origin_key(self, values: dict) -> tuple[str, str]:
        """``(predecessor code, legacy reference)`` of parsed values.

        An empty string in either place means that the key is incomplete (the framework
        has already said why, if both fields are required).
        """
        raise NotImplementedError(f"{self._name}._origin_key")

    def _twin_key(self, values: dict) -> str:
        """What two rows of one file share when they are probably the same thing.

        For instance supplier, invoice number and amount. Rows with the key of an
        earlier row (and another legacy reference) are flagged for a person. "" when
        there is no such rule or a part is missing. Against the database, flag in
        ``_check_rows``.
        """
        return ""

    def _existing(self, keys: list[OriginKey]) -> dict[OriginKey, Existing]:
        """The records that carry these origin keys, in one query or a few.

        Runs before the check and again just before the load, so that a row loaded
        meanwhile by somebody else is not loaded twice. The values are those the record
        has today, in the types of the parsed values (amounts ``Decimal``, empty texts
        ``None``), for the fields that may be compared.
        """
        raise NotImplementedError(f"{self._name}._existing")

    def _existing_by_origin(
        self, keys: list[OriginKey], predecessor: str, reference: str
    ) -> dict[OriginKey, Existing]:
        """:meth:`_existing` of a target model that carries its own origin.

        :param predecessor: its field that names the predecessor
        :param reference: its field that keeps the legacy reference; the handler writes
            ``_values(record)``, the values to compare
        """
        records = self.env[self._target_model].search(
            [
                (predecessor, "!=", False),
                (reference, "in", [key.reference for key in keys]),
            ]
        )
        found = {
            OriginKey(record[predecessor].code, record[reference]): record
            for record in records
        }
        return {
            key: Existing(found[key].id, self._values(found[key]))
            for key in keys
            if key in found
        }

    def _values(self, record) -> dict:
        """What a record says today, for :meth:`_existing_by_origin`."""
        raise NotImplementedError(f"{self._name}._values")

    def _same_value(self, name: str, old, new) -> bool:
        """Whether the record already says what the file says (never an empty cell).

        Amounts compare as numbers. To be overridden for a field that compares
        otherwise, for instance one value of several.
        """
        return old == new

    def _shown_value(self, name: str, value):
        """A value of ``changes`` as people should read it (ids to names)."""
        return value

    def _check_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        """Rules across columns and against the database, on one batch.

        All rows are passed, those with unreadable cells too, because every reason is
        wanted at once: take a missing ``row.get(name)`` as "cannot tell". Use
        ``row.add_error`` and, for a probable duplicate, ``row.add_flag``: nothing is
        ever merged silently.
        """

    def _load_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        """Create or update the records of one batch, and set ``row.res_id``.

        The rows are good, and either new (``row.existing is None``: create; with
        ``row.decision == "link"``: attach to ``row.link_id``) or changed
        (``row.existing.res_id`` to update with ``row.changes``). Unchanged rows are not
        passed. Runs in a savepoint: if it raises a ``UserError`` (or a constraint
        fails), the batch is rolled back and taken again one row at a time, so that only
        the bad rows are refused, with the message of the error.
        """
        raise NotImplementedError(f"{self._name}._load_rows")

    def _reason_texts(self) -> dict[str, str]:
        """``{code: text with %(x)s}`` of the handler's own reasons, translated.

        Written as ``{"paid_over": self.env._("Already paid %(paid)s exceeds ...")}``
        without arguments: reasons are kept as codes and parameters, and put into words
        in the language of whoever reads them.
        """
        return {}

    def _all_reason_texts(self) -> dict[str, str]:
        """Texts of the framework's own reasons, completed by the handler's."""
        return {**self._common_reason_texts(), **self._reason_texts()}

    def _common_reason_texts(self) -> dict[str, str]:
        return {
            **self._cell_reason_texts(),
            **self._identifier_reason_texts(),
            "reference_twice": self.env._(
                "the reference %(reference)s is already on line %(line)s of this file"
            ),
            "twin_in_file": self.env._(
                "looks like line %(line)s of this file under another reference"
            ),
            "load_refused": self.env._("refused when loading: %(message)s"),
            "row_broken": self.env._(
                "cannot be checked (%(message)s): correct its cells, or reject it"
            ),
        }

    def _cell_reason_texts(self) -> dict[str, str]:
        """Codes of ``importer/parsing.py`` and of the tabular rules of the engine."""
        return {
            "required": self.env._("must be filled in"),
            "unreadable": self.env._("cannot be read"),
            "cell_error": self.env._("the cell holds a spreadsheet error"),
            "amount_empty": self.env._("is not an amount"),
            "amount_not_number": self.env._("is not an amount"),
            "amount_too_large": self.env._("is too large for an amount"),
            "integer_expected": self.env._("is not a whole number"),
            "below_minimum": self.env._("must be at least %(minimum)s"),
            "above_maximum": self.env._("must be at most %(maximum)s"),
            "date_empty": self.env._("is not a date"),
            "date_impossible": self.env._("is not a possible date"),
            "date_unknown_format": self.env._(
                "is not a date: write 31/12/2024 or 2024-12-31, or a date cell"
            ),
            "choice_unknown": self.env._("is not one of: %(known)s"),
            "territory_unknown": self.env._(
                "is not the name or code of one known commune"
            ),
            "predecessor_unknown": self.env._("is not a known predecessor"),
        }

    def _identifier_reason_texts(self) -> dict[str, str]:
        return {
            "digits_lost": self.env._(
                "was typed as a number and lost digits: format the cell as text"
            ),
            "ice_empty": self.env._("is not an ICE: it holds no digit but zeros"),
            "ice_not_digits": self.env._("is not an ICE: it must hold digits only"),
            "ice_length": self.env._("is not an ICE: it must have 15 digits"),
            "ice_check_digits": self.env._(
                "is not a valid ICE: its check digits are wrong"
            ),
            "rib_empty": self.env._("is not a RIB: it holds no digit but zeros"),
            "rib_not_digits": self.env._("is not a RIB: it must hold digits only"),
            "rib_length": self.env._("is not a RIB: it must have 24 digits"),
            "rib_check_digits": self.env._(
                "is not a valid RIB: its check digits are wrong"
            ),
        }
