"""How far conductances are off after programming, and what becomes of them with time."""
