"""Time to classify 10,000 images by LeNet5, analog beside digital."""

import torch
from measuring import Row, interleaved
from networks import network_and_optimizer

BATCH, IMAGES = 200, 10_000


def evaluation(package):
    """Return a function that classifies all images, which are random and of the shape of MNIST."""
    torch.manual_seed(1)
    model, _ = network_and_optimizer(package)
    model.eval()
    batches = torch.rand(IMAGES // BATCH, BATCH, 1, 28, 28)

    def classify():
        with torch.no_grad():
            for images in batches:
                model(images).argmax(dim=1)
    return classify


def rows(rounds):
    """Measure on one thread and on two, in fewer rounds, because each takes seconds."""
    for count in (1, 2):
        contestants = {package: evaluation(package) for package in ('aihwlab', 'torch')}
        times = interleaved(contestants, max(1, rounds // 3), repeats=1, threads=count)
        yield Row(f'LeNet5, evaluation of {IMAGES:,} images', f'{count} thread{"s" * (count > 1)}', None, times['aihwlab'],
                  's', {'digital torch': times['torch']})
