from . import base_clock
from . import base_each
from . import base_races
from . import ir_attachment_store
from . import ir_cron
from . import ir_http
from . import mail_mail
from . import srm_heartbeat
