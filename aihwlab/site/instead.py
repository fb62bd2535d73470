"""What stands in a browser in place of cells that need PyTorch: a small network in NumPy that learns before your eyes."""

from aihwlab.site.addresses import COLAB, HOME

NOTE = (f'*Needs PyTorch, which browsers do not have: run it in [Colab]({COLAB}/{{name}}.ipynb) or '
        f'[on your computer]({HOME}#two-commands). What it has shown there:*')
"""The line above a cell that stands as text; `{name}` is the lesson."""

INSTEAD = {'04_lenet5_training': {
    'explorer = TrainingExplorer(build': (
        'In a browser, a small network learns in place of LeNet5: 196 pixels, 32 hidden neurons, 10 digits, on two tiles, in '
        'NumPy alone. Its percentages are lower than those of LeNet5. Press **Start**; a run takes from half a minute to two.',
        "from aihwlab.widgets import TileTrainingExplorer\n\nTileTrainingExplorer(preset='EcRam')"),
    'failing = TrainingExplorer(build': (
        'The small network again, on ReRAM. Press **Start**, then **Pin**, choose *EcRam*, and press **Start** again. It has '
        'so few layers that it loses less than LeNet5, which stays near chance level.',
        "TileTrainingExplorer(preset='ReRamSB')"),
}}
"""For each lesson, by how a cell starts: a text, and the cell that stands in its place."""
