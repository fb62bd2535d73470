"""The models of noise, as the reference file and several tests name them."""

from aihwlab.inference import (
    CustomDriftPCMLikeNoiseModel,
    HermesNoiseModel,
    PCMLikeNoiseModel,
    ReRamCMONoiseModel,
    ReRamWan2022NoiseModel,
    SinglePairConductanceConverter,
    StateIndependentNoiseModel,
)

REFERENCE = {
    'pcm_like_default': PCMLikeNoiseModel,
    'pcm_like_read_noise_only': lambda: PCMLikeNoiseModel(drift_scale=0.0),
    'hermes_1_device': lambda: HermesNoiseModel(num_devices=1),
    'hermes_2_devices': HermesNoiseModel,
    'state_independent': StateIndependentNoiseModel,
    'reram_cmo': ReRamCMONoiseModel,
    # aihwkit takes the coefficients, which are for 40 uS, for those of 25 uS.
    'reram_wan2022': lambda: ReRamWan2022NoiseModel(coeff_g_max_reference=25.0),
    'reram_wan2022_gmax40': lambda: ReRamWan2022NoiseModel(g_converter=SinglePairConductanceConverter(g_max=40.0)),
}
"""What makes the model of each case of `tests/data/reference_inference.json`."""

# Of exponents, for CustomDriftPCMLikeNoiseModel.
TABLES = {'g_lst': [0.0, 25.0], 'nu_mean_lst': [0.1, 0.05], 'nu_std_lst': [0.01, 0.02]}

ALL = {
    'pcm': PCMLikeNoiseModel,
    'custom drift': lambda **settings: CustomDriftPCMLikeNoiseModel(TABLES, **settings),
    'hermes': HermesNoiseModel,
    'state independent': StateIndependentNoiseModel,
    'wan': ReRamWan2022NoiseModel,
    'cmo': ReRamCMONoiseModel,
}
"""What makes each model with its defaults."""
