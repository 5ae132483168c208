"""What each page says, as plain values: no Dash, no SQL. For pages, tests and reports."""
