"""Where the repository is, and where its lessons open in Colab."""

REPOSITORY = 'aihwlab/aihwlab'
HOME = f'https://github.com/{REPOSITORY}'
COLAB = f'https://colab.research.google.com/github/{REPOSITORY}/blob/colab/notebooks'
