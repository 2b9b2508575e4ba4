"""Letters, plans, reports and mails, rendered."""
