"""What each page says, as plain values: no Dash, no SQL. Shared by pages, tests and, later, reports."""
