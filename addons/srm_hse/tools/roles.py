"""External ids of the roles the steps of this add-on belong to."""

OFFICER = "srm_base.group_hse_officer"
MANAGER = "srm_hse.group_hse_manager"
HR_OFFICER = "srm_base.group_hr_officer"
COMMITTEE = "srm_hse.group_committee"
