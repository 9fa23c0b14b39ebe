from . import srm_debt_send_back
from . import srm_debt_resolve_dispute
from . import srm_debt_receive_documents
from . import srm_settlement_plan
from . import srm_settlement_cancel
from . import srm_payment_outcome
from . import srm_debt_letter
from . import portal_wizard_user
