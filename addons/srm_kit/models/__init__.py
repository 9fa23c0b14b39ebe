from . import base
from . import ir_attachment
from . import ir_model_data
from . import mail_message
from . import mail_thread
from . import doors
from . import service
