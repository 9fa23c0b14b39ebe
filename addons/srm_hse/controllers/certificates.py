from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.http import content_disposition, request

MAX_PAGES = 500
LANGUAGES = {"fr": "fr_FR", "ar": "ar_001", "en": "en_US"}


class CertificateController(http.Controller):
    """The certificates as a PDF, and the page their QR code leads to."""

    @http.route(
        "/srm/hse/certificates",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def pdf(self, ids=""):
        """:param ids: certificate ids separated by commas"""
        numbers = [part for part in ids.split(",") if part]
        if not all(part.isdigit() for part in numbers) or len(numbers) > MAX_PAGES:
            raise BadRequest()
        certificates = request.env["srm.certificate"].browse(map(int, numbers)).exists()
        if not certificates:
            raise BadRequest()
        certificates.check_access("read")
        return request.make_response(
            certificates._render_certificates(),
            headers=[
                ("Content-Type", "application/pdf"),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
                (
                    "Content-Disposition",
                    content_disposition(
                        f"{request.env._('certificates')}.pdf", "inline"
                    ),
                ),
            ],
        )

    @http.route(
        "/srm/hse/verify/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def verify(self, token, lang=""):
        """Tell whoever holds the paper whether it is genuine, and nothing more."""
        certificates = request.env["srm.certificate"]
        code = self._language(lang)
        if code:
            request.update_context(lang=code)
        # sudo: the token, 192 random bits printed on the paper, is the right to ask.
        certificate = certificates.with_context(lang=code or request.env.lang).sudo()
        certificate = certificate.search([("token", "=", token)], limit=1)
        return request.render(
            "srm_hse.certificate_verify_page",
            {
                "certificate": certificate,
                "words": certificate._verify_words(),
                # Not "lang": QWeb keeps that name for the code of the language.
                "short": (code or request.env.lang or "en").partition("_")[0],
                "choices": self._choices(),
            },
            headers=[("Cache-Control", "no-store"), ("X-Robots-Tag", "noindex")],
            status=200 if certificate else 404,
        )

    def _choices(self):
        installed = dict(request.env["res.lang"].get_installed())
        return [(short, code) for short, code in LANGUAGES.items() if code in installed]

    def _language(self, lang):
        return dict(self._choices()).get(lang, "")
