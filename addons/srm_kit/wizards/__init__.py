from . import portal_share
from . import res_users_identitycheck
