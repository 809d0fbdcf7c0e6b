"""Who: tenants, users, roles, tokens, and the audit trail."""
