"""Usage to requirements: the only place where SDK calls meet IAM."""
