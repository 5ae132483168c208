"""Values to components: no callbacks, no SQL."""
