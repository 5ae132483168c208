"""Values to plotly figures: no SQL."""
