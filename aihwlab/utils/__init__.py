"""Tools around devices and tiles: pictures of what pulses do (`visualization`), devices fitted to measurements (`fitting`)."""
