"""To and from other parties' formats."""
