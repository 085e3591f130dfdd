"""Access: agencies, their permissions, the regions that they see, and the audit trail of their acts."""
