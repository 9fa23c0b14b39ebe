import re

from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..upload_rules import MAX_BYTES

DEBTS_PER_PAGE = 20
#: Highest id the database can hold: an address may carry anything.
MAX_ID = 2**31 - 1
AMOUNT = re.compile(r"\d{1,12}([.,]\d{1,2})?")
#: What comes in from outside is sent back as a file, and runs nowhere.
DOWNLOAD_HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; sandbox"),
    ("Cache-Control", "no-store"),
]


class SupplierPortal(CustomerPortal):
    """The creditor's own debts, documents, agreements and payments.

    Pages read; each change is one POST with its CSRF token, made by a method of the
    model that checks the owner. A record that is not the user's own does not exist.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "srm_debt_file_count" in counters:
            values["srm_debt_file_count"] = len(self._own("srm.debt.file"))
        return values

    # --- pages ---------------------------------------------------------------------
    @route("/my/arrears", type="http", auth="user", methods=["GET"], website=True)
    def srm_files(self, **kw):
        files = self._own("srm.debt.file")
        if len(files) == 1:
            return request.redirect(files.access_url)
        return self._page("portal_srm_files", files=files)

    @route(
        ["/my/arrears/<int:file_id>", "/my/arrears/<int:file_id>/page/<int:page>"],
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
    )
    def srm_file(self, file_id, page=1, access_token=None, **kw):
        """The file, for its creditor; or for who holds a mailed link, to read only."""
        file = self._own("srm.debt.file", [file_id])
        if file:
            return self._file_page(file, page)
        # sudo: a visitor has no right; the file is used only if the link opens it.
        known = file_id if file_id <= MAX_ID else 0
        linked = request.env["srm.debt.file"].sudo().browse(known).exists()
        if linked and linked._portal_token_valid(access_token):
            return self._file_page(linked, page, link=access_token)
        if request.env.user._is_public():
            return request.redirect("/web/login?redirect=/my/arrears")
        raise NotFound()

    def _file_page(self, file, page, link=None):
        debts = file.debt_ids.sorted("invoice_date", reverse=True)
        pages = pager(
            url=file.access_url,
            total=len(debts),
            page=page,
            step=DEBTS_PER_PAGE,
            url_args={"access_token": link} if link else {},
        )
        first = pages["offset"]
        return self._page(
            "portal_srm_file",
            file=file,
            debts=debts[first : first + DEBTS_PER_PAGE],
            pager=pages,
            settlements=file._portal_settlements(),
            payments=file.debt_ids.payment_ids.sorted("date", reverse=True)[:50],
            letters=file.contact_ids.filtered("letter_kind"),
            read_only=bool(link),
        )

    @route(
        "/my/arrears/debt/<int:debt_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def srm_debt(self, debt_id, done=None, **kw):
        return self._debt_page(self._one("srm.debt", debt_id), done=done)

    def _debt_page(self, debt, **values):
        objections = debt.env["srm.debt.objection"].search(
            [("debt_id", "=", debt.id)], order="id desc"
        )
        subjects = objections._fields["subject"]._description_selection(request.env)
        return self._page(
            "portal_srm_debt",
            debt=debt,
            file=debt.file_id,
            checklist=debt._portal_checklist(),
            sent=debt.document_ids.filtered("from_creditor"),
            objections=objections,
            subjects=[
                (code, label, debt[f"amount_{code}"]) for code, label in subjects
            ],
            max_size=MAX_BYTES // 1024**2,
            **values,
        )

    @route(
        "/my/arrears/proposal/<int:settlement_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def srm_proposal(self, settlement_id, done=None, **kw):
        settlement = self._one("srm.settlement", settlement_id)
        return self._proposal_page(settlement, done=done)

    def _proposal_page(self, settlement, **values):
        return self._page(
            "portal_srm_proposal",
            settlement=settlement,
            file=settlement.file_id,
            can_answer=settlement._portal_can_answer(),
            default_name=request.env.user.partner_id.name,
            **values,
        )

    # --- files ---------------------------------------------------------------------
    @route(
        "/my/arrears/proposal/<int:settlement_id>/pdf",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def srm_proposal_pdf(self, settlement_id, **kw):
        settlement = self._one("srm.settlement", settlement_id)
        try:
            content = settlement._portal_pdf()
        except UserError:
            raise NotFound() from None
        return self._file(content, settlement.portal_document_name, "application/pdf")

    @route(
        "/my/arrears/document/<int:document_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def srm_document(self, document_id, **kw):
        """A document the creditor itself has sent, as a download and nothing else."""
        document = self._one("srm.debt.document", document_id)
        if not document.from_creditor or not document.file:
            raise NotFound()
        return self._binary(document, "file", document.file_name)

    @route(
        "/my/arrears/letter/<int:file_id>/<int:letter_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def srm_letter(self, file_id, letter_id, **kw):
        file = self._one("srm.debt.file", file_id)
        letter = file.contact_ids.filtered(
            lambda item: item.id == letter_id and item.letter_kind
        )
        if not letter:
            raise NotFound()
        return self._binary(letter, "document", letter.document_name)

    # --- steps of the creditor -----------------------------------------------------
    @route(
        "/my/arrears/debt/<int:debt_id>/upload",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def srm_upload(self, debt_id, type_id="", document=None, **kw):
        debt = self._one("srm.debt", debt_id)

        def step():
            name = getattr(document, "filename", "") or ""
            # One byte more than allowed is enough to see that it is too large.
            content = document.read(MAX_BYTES + 1) if name else b""
            debt.sudo(False)._portal_upload(
                self._integer(type_id),
                name,
                getattr(document, "mimetype", "") or "",
                content,
            )

        url = f"/my/arrears/debt/{debt.id}?done=upload"
        return self._step(step, url, lambda error: self._debt_page(debt, error=error))

    @route(
        "/my/arrears/debt/<int:debt_id>/dispute",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def srm_dispute(self, debt_id, subject="", amount="", reason="", **kw):
        debt = self._one("srm.debt", debt_id)

        def step():
            debt.sudo(False)._portal_dispute(subject, self._amount(amount), reason)

        def again(error):
            return self._debt_page(debt, error=error, asked=amount, typed_reason=reason)

        return self._step(step, f"/my/arrears/debt/{debt.id}?done=dispute", again)

    @route(
        "/my/arrears/proposal/<int:settlement_id>/accept",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def srm_accept(self, settlement_id, name="", document_hash="", agree="", **kw):
        settlement = self._one("srm.settlement", settlement_id)

        def step():
            if not agree:
                raise UserError(
                    request.env._("Tick the box: you have read the document.")
                )
            settlement.sudo(False)._portal_accept(
                name, document_hash, request.httprequest.remote_addr
            )

        url = f"/my/arrears/proposal/{settlement.id}?done=accepted"
        return self._step(
            step, url, lambda error: self._proposal_page(settlement, error=error)
        )

    @route(
        "/my/arrears/proposal/<int:settlement_id>/refuse",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def srm_refuse(self, settlement_id, name="", reason="", **kw):
        settlement = self._one("srm.settlement", settlement_id)

        def step():
            settlement.sudo(False)._portal_refuse(
                name, reason, request.httprequest.remote_addr
            )

        url = f"/my/arrears/proposal/{settlement.id}?done=refused"
        return self._step(
            step, url, lambda error: self._proposal_page(settlement, error=error)
        )

    # --- helpers -------------------------------------------------------------------
    def _own(self, model, ids=None):
        """Own records of a logged-in creditor; none for a visitor without a login."""
        records = request.env[model]
        if request.env.user._is_public() or not records.has_access("read"):
            return records.sudo()
        if ids is not None:
            ids = [number for number in ids if number <= MAX_ID]
        return records._portal_own(ids)

    def _one(self, model, record_id):
        record = self._own(model, [record_id])
        if not record:
            raise NotFound()
        return record

    def _page(self, template, **values):
        values = self._prepare_portal_layout_values() | values
        values["page_name"] = template
        response = request.render(f"srm_procurement.{template}", values)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _step(self, step, url, again):
        """Take one step: then show what was done, or what is wrong and what to do."""
        try:
            with request.env.cr.savepoint():
                step()
        except (AccessError, UserError) as error:
            return again(error.args[0])
        return request.redirect(url, code=303)

    def _binary(self, record, field, name):
        """A binary field as a download; its type is the one found in its bytes."""
        stream = (
            request.env["ir.binary"]
            .sudo()
            ._get_stream_from(
                record,
                field,
                filename=name,
                default_mimetype="application/octet-stream",
            )
        )
        return self._file(stream.read(), name, stream.mimetype)

    def _file(self, content, name, kind):
        return request.make_response(
            content,
            headers=[
                ("Content-Type", kind or "application/octet-stream"),
                ("Content-Length", str(len(content))),
                ("Content-Disposition", content_disposition(name)),
                *DOWNLOAD_HEADERS,
            ],
        )

    def _integer(self, text):
        return int(text) if text.isdigit() and len(text) < 10 else 0

    def _amount(self, text):
        """Amount typed by a person; negative, so refused, when it is not one."""
        plain = re.sub(r"[\s\u00a0\u202f]", "", text or "")
        return float(plain.replace(",", ".")) if AMOUNT.fullmatch(plain) else -1.0
