"""An array of devices, one at each crosspoint: how it is made, written and pulsed, and how it ages."""
