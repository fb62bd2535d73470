"""Digital layers that compute in low precision."""
