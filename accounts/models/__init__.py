"""Users, responsibility units, the audit trail, failed logins."""

from accounts.models.audit import AuditEvent
from accounts.models.region import Region
from accounts.models.throttle import LoginFailure
from accounts.models.user import Line, Role, User

__all__ = ["AuditEvent", "Line", "LoginFailure", "Region", "Role", "User"]
