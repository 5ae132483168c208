"""The dashboard: shows the published figures to elected officials, staff and the public."""
