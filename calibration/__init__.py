"""How often verdicts are right, counted on generated studies of known truth."""
