"""Public methods that make or return what opens a document, and who may call them.

A new one is found by `test_every_door.py`: look at it as somebody from outside would,
then write it down here.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

NAMED = re.compile(
    r"token|signup|share|portal_url|api_?key|secret|passw|invit|make_key|_link$|quiz",
    re.IGNORECASE,
)
SAYS = re.compile(
    r"token|_sign_|hash_sign|_share_url|signup_|_portal_url|uuid4|secrets\.|\bhmac\b"
    r"|access_secret|passwd|_generate\(|_verify_url|_get_access_action|_quiz"
)
NOT_CODE = re.compile(r'""".*?"""|\'\'\'.*?\'\'\'|#[^\n]*', re.DOTALL)

LINK = "reads the document first, refuses share users, expires (srm_kit)"
LOGIN_PAGE = "refused to direct calls, or needs the right to write accounts (srm_kit)"
STAFF = "of a model no share user may open, and reads the record before its token"
IDENTITY = "for one's own account, after its password was asked for again"
MACHINERY = "no link of a document: keys of services, settings of the administrator"
HARMLESS = "says nothing of a record: "

#: Method -> why it may be called from outside.
KNOWN: dict[str, str] = {
    "account.move.preview_invoice": LINK,
    "account.payment.action_post": HARMLESS + "payment means of the payer",
    "auth.passkey.key.action_delete_passkey": IDENTITY,
    "auth.passkey.key.create.make_key": IDENTITY,
    "calendar.event.get_discuss_videocall_location": HARMLESS + "an address to be used",
    "calendar.event.write": STAFF,
    "change.password.own.change_password": IDENTITY,
    "change.password.user.change_password_button": STAFF,
    "change.password.wizard.change_password_button": STAFF,
    "discuss.channel.invite_by_email": "members of the channel only",
    "fetchmail.server.onchange_server_type": MACHINERY,
    "google.gmail.mixin.open_google_gmail_uri": MACHINERY,
    "iap.account.action_buy_credits": MACHINERY,
    "iap.account.create": MACHINERY,
    "iap.account.get": MACHINERY,
    "iap.account.get_credits": MACHINERY,
    "iap.account.get_credits_url": MACHINERY,
    "iap.account.write": MACHINERY,
    "ir.attachment.generate_access_token": LINK,
    "ir.http.get_frontend_session_info": HARMLESS + "the caller's own session",
    "ir.http.session_info": HARMLESS + "the caller's own session",
    "ir.ui.view.copy_data": MACHINERY,
    "ir.ui.view.create": MACHINERY,
    "ir.ui.view.save_snippet": MACHINERY,
    "mail.message.create": "links the images inside the message, refuses share users",
    "mail.thread.rating_apply": STAFF,
    "microsoft.outlook.mixin.open_microsoft_outlook_uri": MACHINERY,
    "payment.method.write": MACHINERY,
    "payment.provider.write": MACHINERY,
    "payment.token.write": MACHINERY,
    "portal.mixin.action_allow_link": "needs the right to write the document",
    "portal.mixin.action_revoke_link": "needs the right to write the document",
    "portal.mixin.action_share": LINK,
    "portal.mixin.get_portal_url": LINK,
    "portal.share.action_send_mail": LINK,
    "portal.share.default_get": LINK,
    "portal.wizard.user.action_grant_access": STAFF,
    "portal.wizard.user.action_invite_again": STAFF,
    "portal.wizard.user.action_revoke_access": STAFF,
    "project.project.action_open_share_project_wizard": STAFF,
    "project.project.write": STAFF,
    "project.share.wizard.action_send_mail": LINK,
    "project.share.wizard.action_share_record": LINK,
    "project.task.action_project_sharing_open_subtasks": LINK,
    "project.task.action_project_sharing_view_parent_task": LINK,
    "project.task.create": STAFF,
    "project.task.rating_apply": STAFF,
    "rating.rating.reset": STAFF,
    "res.partner.action_signup_prepare": LOGIN_PAGE,
    "res.partner.search_for_channel_invite": HARMLESS + "who may be invited to talk",
    "res.partner.signup_cancel": LOGIN_PAGE,
    "res.partner.signup_get_auth_param": LOGIN_PAGE,
    "res.partner.signup_prepare": LOGIN_PAGE,
    "res.users.action_change_password_wizard": HARMLESS + "opens a window",
    "res.users.action_reset_password": LOGIN_PAGE,
    "res.users.action_totp_disable": IDENTITY,
    "res.users.action_totp_invite": STAFF,
    "res.users.api_key_wizard": IDENTITY,
    "res.users.apikeys.description.check_access_make_key": HARMLESS + "asks, only",
    "res.users.apikeys.description.make_key": IDENTITY,
    "res.users.change_password": IDENTITY,
    "res.users.create": STAFF,
    "res.users.get_totp_invite_url": HARMLESS + "an address without a token",
    "res.users.identitycheck.action_use_password": IDENTITY,
    "res.users.preference_change_password": IDENTITY,
    "res.users.reset_password": LOGIN_PAGE,
    "res.users.signup": LOGIN_PAGE,
    "res.users.web_create_users": STAFF,
    "res.users.write": STAFF,
    "spreadsheet.dashboard.share.action_get_share_url": STAFF,
    "srm.attendance.action_present": STAFF,
    "srm.attendance.action_quiz_after": STAFF,
    "srm.attendance.action_quiz_before": STAFF,
    "srm.campaign.session.action_invite": STAFF,
    "srm.debt.file.action_invite_portal": STAFF,
    "srm.debt.file.action_send_link": LINK,
    "srm.import.row.action_decide_link": HARMLESS + "links a row to a record",
    "srm.settlement.plan.action_generate": HARMLESS + "makes instalments",
    "srm.telemetry.key.action_issue": "for the manager; the key is shown, never kept",
    "survey.invite.action_invite": STAFF,
    "survey.survey.action_end_session": STAFF,
    "survey.survey.action_open_session_manager": STAFF,
    "survey.survey.action_print_survey": STAFF,
    "survey.survey.action_start_survey": STAFF,
    "survey.survey.action_test_survey": STAFF,
    "survey.survey.get_print_url": STAFF,
    "survey.survey.get_start_short_url": STAFF,
    "survey.survey.get_start_url": STAFF,
    "survey.user_input.action_print_answers": STAFF,
    "survey.user_input.get_print_url": STAFF,
    "survey.user_input.get_start_url": STAFF,
}


def public_methods(env) -> Iterator[tuple[str, str, list[type]]]:
    """(model, method, classes that define it) of what a call from outside reaches."""
    from odoo.exceptions import AccessError
    from odoo.service.model import get_public_method

    for model in sorted(env.registry):
        cls = env.registry[model]
        for name in dir(cls):
            try:
                get_public_method(env[model], name)
            except (AccessError, AttributeError):
                continue
            classes = [k for k in cls.mro() if _defines(k, name)]
            if classes:
                yield model, name, classes


def _defines(cls, name: str) -> bool:
    """Whether an add-on gives a model this method; the ORM's own are no doors."""
    found = cls.__dict__.get(name)
    return (
        callable(found)
        and not inspect.isclass(found)
        and not getattr(found, "is_gate", False)
        and isinstance(getattr(cls, "_name", None), str)
        and not cls.__module__.startswith("odoo.orm")
    )


def opens_something(cls, name: str) -> bool:
    """Whether the name or the body of a method speaks of what opens a document."""
    try:
        source = inspect.getsource(inspect.unwrap(cls.__dict__[name]))
    except (OSError, TypeError):
        source = ""
    return bool(NAMED.search(name) or SAYS.search(NOT_CODE.sub("", source)))
