from odoo import models
from odoo.exceptions import AccessError


class SrmMobileApp(models.AbstractModel):
    """One page for the field, at ``/srm/m/<app>``, that works without network.

    An add-on declares an abstract model named ``srm.mobile.<app>`` inheriting this
    one, and an ES module whose default export draws the page::

        class AttendancePage(models.AbstractModel):
            _name = "srm.mobile.attendance"
            _inherit = "srm.mobile.app"
            _app_module = "/srm_hse/static/src/mobile/attendance.js"
            _app_groups = ("srm_hse.group_session_leader",)

            def _title(self): ...
            def _texts(self): ...
            def _data(self): ...
            def _receive(self, payload, submission): ...

    The page keeps what ``_data`` answered, and sends what people enter to ``_receive``
    through ``srm.submission``, which calls it exactly once per entry.
    """

    _name = "srm.mobile.app"
    _description = "Page for the Field"

    #: Address of the ES module that draws the page: ``export default (kit) => ...``.
    _app_module = ""
    #: Further files the page needs without network (modules it imports, styles).
    _app_files: tuple[str, ...] = ()
    #: Groups that may use the page.
    _app_groups: tuple[str, ...] = ("srm_base.group_user",)

    def _title(self) -> str:
        """Name of the page, in the language of the person."""
        raise NotImplementedError(f"{self._name}._title")

    def _texts(self) -> dict[str, str]:
        """Sentences of the page by key, in the language of the person."""
        return {}

    def _data(self) -> dict:
        """What the page keeps on the phone; JSON values only."""
        return {}

    def _receive(self, payload: dict, submission) -> dict:
        """Do what one entry asks, with the rights of the person.

        Raise a ``UserError`` to refuse the entry: its message is shown on the phone and
        at the office. Any other error refuses it too, and is logged, but those that say
        "not now" (a lock, the database away): the phone then sends again later.
        """
        raise NotImplementedError(f"{self._name}._receive")

    def _keep(self, payload: dict) -> dict:
        """What is worth keeping of an entry once done: no image, by default."""
        return {
            name: value
            for name, value in payload.items()
            if not (isinstance(value, str) and value.startswith("data:"))
        }

    def _check_allowed(self) -> None:
        """Refuse people who hold none of the groups of the page."""
        if not any(self.env.user.has_group(name) for name in self._app_groups):
            raise AccessError(
                self.env._(
                    "Your role does not include the page “%(title)s”.",
                    title=self._title(),
                )
            )

    def _kit_texts(self) -> dict[str, str]:
        """Sentences every page shares."""
        return {
            "online": self.env._("Online"),
            "offline": self.env._("No network"),
            "waiting": self.env._("to send"),
            "sent": self.env._("Sent"),
            "refused": self.env._("Refused"),
            "all_sent": self.env._("Everything is sent"),
            "send_now": self.env._("Send now"),
            "sign_in": self.env._("Your session has ended. Sign in to send."),
            "other_user": self.env._("Sign in as the person who entered these."),
            "refresh": self.env._("Refresh"),
            "back": self.env._("Back"),
            "search": self.env._("Search"),
            "scan": self.env._("Scan"),
            "stop": self.env._("Stop"),
            "clear": self.env._("Clear"),
            "cancel": self.env._("Cancel"),
            "remove": self.env._("Remove"),
            "again": self.env._("Send again"),
            "http_400": self.env._("The server could not read this entry."),
            "http_413": self.env._(
                "The entry is too large for the server: make it shorter, or send fewer "
                "photos."
            ),
            "http_500": self.env._(
                "The server fails on this entry. Tell the office; the entry stays on "
                "this phone."
            ),
            "no_space": self.env._(
                "This phone has no room left and did not keep the entry: free some "
                "space, then record it again."
            ),
            "volatile": self.env._(
                "This phone may clear what is not sent yet when it is full. Add this "
                "page to the home screen, and send as soon as there is network."
            ),
            "signature": self.env._("Signature"),
            "no_camera": self.env._("The camera cannot be used: type the number."),
            "updated": self.env._("Updated"),
            "nothing_cached": self.env._(
                "Nothing is kept on this phone yet: open the page once with network."
            ),
        }
