"""Documents of the tests: an order with lines and a signed paper, and a memory."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.orm.model_classes import add_to_registry
from odoo.tests import TransactionCase

from ..guard import MEMORY, Freeze, Guard, Step

SYSTEM = "base.group_system"


class Order(models.Model):
    _name = "srm.kit.order"
    _inherit = ["mail.thread"]
    _description = "Order of the tests"
    _module = "srm_kit"
    _guard = Guard(
        steps={
            "submit": Step(
                ("draft",), "submitted", signs="submitted_by_id", check="_check_lines"
            ),
            "approve": Step(
                ("submitted",),
                "approved",
                signs="approved_by_id",
                dated="approved_on",
                not_by=("submitted_by_id",),
                writes=("reason",),
            ),
            "close": Step(("approved",), "closed", group=SYSTEM),
            "reopen": Step(("closed",), "draft", group=SYSTEM),
        },
        freezes=(
            Freeze(always=True, fields=("binder_id",), database=True),
            Freeze(("submitted",), fields=("amount",), children=("line_ids",)),
            Freeze(("submitted",), fields=(), children=("counted_extra_ids",)),
            Freeze(
                ("approved", "closed"),
                but=("note",),
                children=("line_ids",),
                children_but=("delivered",),
                files=True,
                database=True,
                remedy="Make another order.",
            ),
        ),
        deletable=("draft",),
        reserved={"ceiling": SYSTEM},
        proofs={"paper": "paper_sha256"},
    )

    name = fields.Char(required=True)
    binder_id = fields.Many2one("srm.kit.binder", ondelete="cascade")
    parent_id = fields.Many2one("srm.kit.order", ondelete="cascade")
    note = fields.Char()
    number = fields.Char(readonly=True, default="new")
    amount = fields.Float()
    ceiling = fields.Float()
    total = fields.Float(compute="_compute_total", store=True)
    proposed = fields.Float(
        compute="_compute_proposed",
        store=True,
        readonly=False,
        entered="proposed from the amount, corrected by the buyer",
    )
    reason = fields.Char(readonly=True)
    paper = fields.Binary(attachment=True)
    paper_sha256 = fields.Char(readonly=True)
    tag_ids = fields.Many2many("srm.kit.binder", "srm_kit_tag_rel")
    seal_ids = fields.Many2many("srm.kit.binder", "srm_kit_seal_rel", readonly=True)
    photo_ids = fields.Many2many("ir.attachment")
    line_ids = fields.One2many("srm.kit.order.line", "order_id")
    visit_ids = fields.One2many("srm.kit.visit", "order_id")
    counted_extra_ids = fields.One2many("srm.kit.order.extra", "counted_order_id")
    submitted_by_id = fields.Many2one("res.users", readonly=True)
    approved_by_id = fields.Many2one("res.users", string="Approver", readonly=True)
    approved_on = fields.Date(readonly=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "Approved"),
            ("closed", "Closed"),
        ],
        default="draft",
        readonly=True,
    )

    @api.depends("line_ids.amount")
    def _compute_total(self):
        for order in self:
            order.total = sum(order.line_ids.mapped("amount"))

    @api.depends("amount")
    def _compute_proposed(self):
        for order in self:
            order.proposed = order.amount

    def _check_lines(self):
        for order in self:
            if not order.line_ids:
                raise UserError("No line")  # pylint: disable=translation-required


class OrderLine(models.Model):
    _name = "srm.kit.order.line"
    _description = "Line of an order of the tests"
    _module = "srm_kit"
    _guard = Guard(free=("remark",))

    order_id = fields.Many2one("srm.kit.order", required=True, ondelete="cascade")
    amount = fields.Float()
    remark = fields.Char()
    delivered = fields.Boolean()
    scan = fields.Binary(attachment=True)
    photo_ids = fields.Many2many("ir.attachment")
    active = fields.Boolean(default=True)


class Visit(models.Model):
    _name = "srm.kit.visit"
    _description = "Visit for an order of the tests"
    _module = "srm_kit"

    order_id = fields.Many2one("srm.kit.order", required=True, ondelete="cascade")


class Binder(models.Model):
    _name = "srm.kit.binder"
    _description = "Binder of orders of the tests"
    _module = "srm_kit"

    name = fields.Char(required=True)
    tagged_ids = fields.Many2many("srm.kit.order", "srm_kit_tag_rel")
    sealed_ids = fields.Many2many("srm.kit.order", "srm_kit_seal_rel")


class Transfer(models.Model):
    """A document whose own method writes the state, as those of other add-ons do."""

    _name = "srm.kit.transfer"
    _description = "Transfer of the tests"
    _module = "srm_kit"
    _guard = Guard(
        steps={
            "send": Step(("draft",), "sent", signs="sent_by_id", check="_check_amount"),
            "return": Step(("sent",), "draft", writes=("sent_by_id",)),
        },
        freezes=(
            Freeze(
                ("sent",),
                fields=("amount", "sent_by_id", "receipt_id"),
                revised="revision",
                database=True,
            ),
        ),
        deletable=("draft",),
        proofs={"receipt_id": "receipt_sha256"},
    )

    name = fields.Char(required=True)
    amount = fields.Float()
    revision = fields.Integer(readonly=True)
    receipt_id = fields.Many2one("ir.attachment")
    receipt_sha256 = fields.Char(readonly=True)
    sent_by_id = fields.Many2one("res.users", readonly=True)
    state = fields.Selection(
        [("draft", "Draft"), ("sent", "Sent")], default="draft", readonly=True
    )

    def _check_amount(self):
        if not all(self.mapped("amount")):
            raise UserError("Nothing")  # pylint: disable=translation-required

    def action_send(self):
        """As if it were another add-on's: it knows nothing of steps."""
        self.write({"state": "sent"})


class OrderExtra(models.Model):
    _name = "srm.kit.order.extra"
    _description = "Extra of an order of the tests, frozen with it when it counts"
    _module = "srm_kit"

    order_id = fields.Many2one("srm.kit.order", required=True, ondelete="cascade")
    counts = fields.Boolean()
    amount = fields.Float()
    counted_order_id = fields.Many2one(
        "srm.kit.order",
        compute="_compute_counted_order_id",
        store=True,
        precompute=True,
    )

    @api.depends("order_id", "counts")
    def _compute_counted_order_id(self):
        for extra in self:
            extra.counted_order_id = extra.counts and extra.order_id


class Memory(models.Model):
    _name = "srm.kit.memory"
    _description = "Memory of the tests"
    _module = "srm_kit"
    _guard = MEMORY

    name = fields.Char(required=True)


DEFINITIONS = (Binder, Order, OrderLine, OrderExtra, Visit, Transfer, Memory)
NAMES = [definition._name for definition in DEFINITIONS]
for _definition in DEFINITIONS:
    # Else a registry loaded later in the same process would hold them too.
    models.MetaModel._module_to_models__["srm_kit"].remove(_definition)


class GuardCase(TransactionCase):
    """Tests on the documents above; their tables are rolled back with the class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        registry, cr = cls.registry, cls.env.cr
        for definition in DEFINITIONS:
            add_to_registry(registry, definition)
        cls.addClassCleanup(cls._forget)
        registry._setup_models__(cr, NAMES)
        registry.init_models(cr, NAMES, {"module": "srm_kit"})
        cls.env["ir.model.access"].create(
            [
                {
                    "name": name,
                    "model_id": cls.env["ir.model"]._get_id(name),
                    "group_id": cls.env.ref("base.group_user").id,
                    **dict.fromkeys(
                        ("perm_read", "perm_write", "perm_create", "perm_unlink"), True
                    ),
                }
                for name in NAMES
            ]
        )

    @classmethod
    def _forget(cls):
        for name in NAMES:
            del cls.registry[name]
        cls.registry._setup_models__(cls.env.cr, [])
