"""From weights to conductances and back."""
