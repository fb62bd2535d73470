"""Search for settings with which LeNet5 learns on resistive memory, beginning with those of a preset.

    python tests/benchmarks/reram_search.py TunedAGADReRamSBPreset [--root DATA] [--trials 20] [--steps 2000]
                                            [--storage sqlite:///reram.db] [--best]

Needs Optuna (`pip install -e .[search]`), which keeps all trials in the storage: started again, the command goes on, and
several processes may search together. Trials that lag behind are given up. The score is the accuracy on 5,000 images that are
not trained with; test images are not looked at. `--best` prints the best trials, and runs nothing.
"""

import argparse

import torch
from networks import network_and_optimizer, train_step
from reram_accuracy import BATCH, LEARNING_RATES, accuracy, tensors

from aihwlab.datasets import load_mnist
from aihwlab.simulator import presets

HELD_OUT = 5000
REPORTS = 4
BUFFERED = {'device.fast_lr': (0.02, 0.5), 'device.transfer_every': (1 / 512, 1 / 8), 'device.step': (1.0, 31.0),
            'device.auto_granularity': (300.0, 3000.0)}
SPACES = {
    'MixedPrecision': {'device.granularity': (0.005, 0.2)},
    'TikiTaka': {'device.transfer_every': (1 / 64, 1.0), 'device.transfer_lr': (0.1, 3.0), 'device.fast_lr': (0.3, 3.0)},
    'AGAD': {**BUFFERED, 'device.in_chop_prob': (0.01, 0.2), 'device.tail_weightening': (0.5, 10.0)},
    'ChoppedTTv2': {**BUFFERED, 'device.in_chop_prob': (0.003, 0.2)},
    'TTv2': BUFFERED,
}
"""Range of each setting that is searched on a logarithmic scale, for presets whose name holds the key; the first that does."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('preset', help='a preset of the algorithms above')
    parser.add_argument('--root', help='folder with the full data set, as for aihwlab.datasets.load_mnist')
    parser.add_argument('--trials', type=int, default=20, help='number of trials of this process')
    parser.add_argument('--steps', type=int, default=2000, help='steps of training of each trial')
    parser.add_argument('--storage', default='sqlite:///reram.db', help='where trials are kept, an address of a database')
    parser.add_argument('--best', action='store_true', help='print the best trials')
    arguments = parser.parse_args()
    import optuna
    study = optuna.create_study(study_name=f'{arguments.preset}, {arguments.steps} steps', storage=arguments.storage,
                                load_if_exists=True, direction='maximize', sampler=optuna.samplers.TPESampler(),
                                pruner=optuna.pruners.MedianPruner(n_startup_trials=4))
    if not arguments.best:
        if not study.trials:
            study.enqueue_trial(settings_of(arguments.preset))
        images, labels = tensors(load_mnist(arguments.root, source='full')[0])
        study.optimize(lambda trial: score(trial, arguments, images, labels), n_trials=arguments.trials)
    finished = [trial for trial in study.trials if trial.value is not None]
    for trial in sorted(finished, key=lambda trial: -trial.value)[:5]:
        print(f'{trial.value:.2f} %', {name: float(f'{value:.3g}') for name, value in trial.params.items()})


def space_of(preset):
    """Return the settings that are searched for a preset, with their ranges."""
    key = next(key for key in SPACES if key in preset)
    rate = LEARNING_RATES.get(preset, 0.05)
    return {'lr': (rate / 5, 5 * rate), 'mapping.weight_scaling_omega': (0.2, 1.0), **SPACES[key]}


def settings_of(preset):
    """Return the settings of a preset itself."""
    config = getattr(presets, preset)()
    found = {name: attribute(config, name) for name in space_of(preset) if name != 'lr'}
    return {'lr': LEARNING_RATES.get(preset, 0.05), **found}


def attribute(config, path, value=None):
    """Return an attribute of an attribute of a configuration, or set it."""
    *parents, name = path.split('.')
    for parent in parents:
        config = getattr(config, parent)
    return getattr(config, name) if value is None else setattr(config, name, value)


def score(trial, arguments, images, labels):
    """Train with the settings of a trial; return the accuracy in per cent on images that are held out."""
    import optuna
    chosen = {name: trial.suggest_float(name, *limits, log=True) for name, limits in space_of(arguments.preset).items()}

    def config():
        changed = getattr(presets, arguments.preset)()
        for name, value in chosen.items():
            if name != 'lr':
                attribute(changed, name, value)
        return changed

    torch.manual_seed(1)
    model, optimizer = network_and_optimizer('aihwlab', config, chosen['lr'])
    order = torch.randperm(len(images) - HELD_OUT, generator=torch.Generator().manual_seed(1)).split(BATCH)
    for step in range(arguments.steps):
        batch = order[step % len(order)]
        train_step(model.train(), optimizer, images[batch], labels[batch])
        if (step + 1) % (arguments.steps // REPORTS) == 0:
            value = 100 * accuracy(model, images[-HELD_OUT:], labels[-HELD_OUT:])
            trial.report(value, step + 1)
            print(f'trial {trial.number}, step {step + 1}: {value:.2f} %', flush=True)
            if trial.should_prune():
                raise optuna.TrialPruned
    return value


if __name__ == '__main__':
    main()
