from odoo.http import request, route

from odoo.addons.auth_signup.controllers.main import AuthSignupHome


class Login(AuthSignupHome):
    """The pages before the log-in do not say which accounts exist."""

    def get_auth_signup_qcontext(self):
        """The address in an invitation leads to a login only with that invitation."""
        qcontext = super().get_auth_signup_qcontext()
        own = qcontext.get("token") and "error" not in qcontext
        if not own or qcontext.get("signup_email") != qcontext.get("login"):
            qcontext.pop("signup_email", None)
        return qcontext

    @route()
    def web_auth_reset_password(self, *args, **kw):
        response = super().web_auth_reset_password(*args, **kw)
        values = response.qcontext or {}
        if values.get("message") and not values.get("token"):
            values["message"] = request.env._(
                "If this login exists, the instructions are on their way to its e-mail "
                "address."
            )
        return response
