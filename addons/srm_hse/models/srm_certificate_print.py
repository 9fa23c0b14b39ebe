from odoo import models

from odoo.addons.srm_base.tools.typst_pdf import render

from ..tools.qr import qr_svg

FRENCH, ARABIC = "fr_FR", "ar_001"


class SrmCertificate(models.Model):
    """The printed certificate: French and Arabic on the same page."""

    _inherit = "srm.certificate"

    def _render_certificates(self) -> bytes:
        """One PDF, a page per certificate."""
        return render(
            "srm_hse/report/typst/certificate",
            {
                "title": self.env._("Training certificates"),
                "company": self.company_id[:1].name or self.env.company.name,
                "certificates": [item._print_values() for item in self],
            },
            FRENCH,
        )

    def _verify_words(self) -> dict:
        """Words of the page the QR code opens, in the language of the environment."""
        return {
            "title": self.env._("Certificate check"),
            "unknown": self.env._(
                "No certificate has this code. The paper is not one of ours."
            ),
            "valid": self.env._("Genuine and valid"),
            "expired": self.env._("Genuine, expired"),
            "revoked": self.env._("Revoked"),
            "holder": self.env._("Name of the holder"),
            "training": self.env._("Training"),
            "number": self.env._("Certificate number"),
            "date": self.env._("Date"),
            "until": self.env._("Valid until"),
        }

    def _print_values(self) -> dict:
        worker = self.worker_id
        return {
            "number": self.name,
            "name": worker.name,
            "name_ar": worker.name_ar or worker.name,
            # sudo: the name of the employer only.
            "employer": worker.sudo().employer_id.name or "",
            "qr": qr_svg(self._verify_url()),
            "fr": self._in_language(FRENCH)._print_words(),
            "ar": self._in_language(ARABIC)._print_words(),
        }

    def _in_language(self, code: str):
        """The record in a language of the page, or as it is if not installed."""
        known = {lang for lang, _name in self.env["res.lang"].get_installed()}
        return self.with_context(lang=code) if code in known else self

    def _print_words(self) -> dict:
        arabic = self.env.lang == ARABIC
        day, until = (
            value and value.strftime("%d/%m/%Y")
            for value in (self.date, self.valid_until)
        )
        return {
            "heading": self.env._("Training certificate"),
            "certifies": self.env._("This is to certify that"),
            "attended": self.env._("attended the training"),
            "subject": (arabic and self.title_ar) or self.title,
            "themes": " · ".join(self.theme_ids.mapped("name")),
            "when": self.env._(
                "on %(date)s, %(hours)s hours", date=day, hours=f"{self.hours:g}"
            ),
            "validity": (
                self.env._("Valid until %(date)s", date=until)
                if until
                else self.env._("No time limit")
            ),
            "verify": self.env._("Scan to check"),
            "signed": self.env._("Signature and stamp"),
        }
