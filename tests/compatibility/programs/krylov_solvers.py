"""Linear systems and eigenvalues with an analog matrix: solvers of SciPy, and a power iteration written by hand."""

import numpy as np
from scipy.sparse.linalg import LinearOperator, cg, gmres

from aihwlab.linalg import AnalogMatrix
from aihwlab.simulator.configs import ConstantStepDevice, FloatingPointRPUConfig, IdealDevice, SingleRPUConfig
from aihwlab.simulator.parameters import IOParameters, MappingParameter

rng = np.random.default_rng(1)
size = 20
square = rng.normal(size=(size, size)).astype('float32') / 10
matrix = (square @ square.T + np.eye(size)).astype('float32')
b = rng.normal(size=size).astype('float32')
expected = np.linalg.solve(matrix, b)
scaled = MappingParameter(weight_scaling_omega=0.6)

exact = AnalogMatrix(matrix, FloatingPointRPUConfig())
assert isinstance(exact, LinearOperator) and exact.shape == (size, size)
assert np.allclose(exact @ b, matrix @ b, atol=1e-4) and np.allclose(b @ exact, b @ matrix, atol=1e-4)

device = ConstantStepDevice(w_max_dtod=0.0, w_min_dtod=0.0)
for config in (SingleRPUConfig(device=IdealDevice(), forward=IOParameters(out_noise=0.01), mapping=scaled),
               SingleRPUConfig(device=device, forward=IOParameters(out_noise=0.0), mapping=scaled)):
    analog = AnalogMatrix(matrix, config)
    matvec = LinearOperator((size, size), matvec=lambda x, analog=analog: analog @ x.astype('float32'), dtype='float32')
    for solver in (cg, gmres):
        x, _ = solver(matvec, b, maxiter=10, atol=0.1 * np.linalg.norm(b))  # the noise of a product allows no less
        print(f'{solver.__name__}: relative error {np.linalg.norm(x - expected) / np.linalg.norm(expected):.3f}')
        assert np.linalg.norm(x - expected) < 0.6 * np.linalg.norm(expected)
    vector = np.ones(size, 'float32')
    for _ in range(50):
        vector = analog @ (vector / np.linalg.norm(vector))
    assert abs(np.linalg.norm(vector) / np.linalg.eigvalsh(matrix)[-1] - 1) < 0.3

analog = AnalogMatrix(0 * matrix, FloatingPointRPUConfig())
analog.ger(b, expected.astype('float32'), 0.5)
assert np.allclose(analog @ b, 0.5 * expected * (b @ b), rtol=1e-3)
