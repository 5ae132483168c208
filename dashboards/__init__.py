"""The dashboard: reads the published figures, and shows them to elected officials, staff and the public."""
