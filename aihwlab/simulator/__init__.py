"""The simulator: parameters, configurations, presets and tiles."""
