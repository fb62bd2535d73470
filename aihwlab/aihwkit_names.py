"""The public names of aihwkit 1.2.0, by the modules and classes that hold them: what programs may import or call.

Its cloud client, the wrapper of its C++ code and its helpers for its own use are left out. `aihwlab/compatibility.py` compares
these names with what is here, so that nothing else has to be written down.
"""

VERSION = '1.2.0'

NAMES = {module: names.split() for module, names in {
    'exceptions': (
        'AihwkitException AnalogBiasConfigError ArgumentError CloudError ConfigError CudaError FusionExportError ModuleError '
        'TileError TileModuleError TorchTileConfigError'),
    'experiments': 'BasicInferencing BasicTraining',
    'experiments.experiments': '',
    'experiments.experiments.base': 'Experiment Signals',
    'experiments.experiments.inferencing': 'BasicInferencing',
    'experiments.experiments.training': 'BasicTraining',
    'experiments.runners': 'InferenceLocalMetric InferenceLocalRunner LocalMetric LocalRunner',
    'experiments.runners.i_local': 'InferenceLocalRunner',
    'experiments.runners.i_metrics': 'InferenceLocalMetric',
    'experiments.runners.local': 'LocalRunner',
    'experiments.runners.metrics': 'LocalMetric',
    'extension': 'EXTENSION_COMPILED extension_ops',
    'inference': (
        'BaseConductanceConverter BaseDriftCompensation BaseNoiseModel CustomDriftPCMLikeNoiseModel '
        'CustomPairConductanceConverter drift_analog_weights DualPairConductanceConverter GlobalDriftCompensation '
        'HermesNoiseModel NPairConductanceConverter PCMLikeNoiseModel program_analog_weights ReRamCMONoiseModel '
        'ReRamWan2022NoiseModel SingleDeviceConductanceConverter SinglePairConductanceConverter StateIndependentNoiseModel'),
    'inference.calibration': 'calibrate_input_ranges calibrate_quantization_ranges InputRangeCalibrationType',
    'inference.calibration.calibration': 'calibrate_input_ranges calibrate_quantization_ranges InputRangeCalibrationType',
    'inference.compensation': '',
    'inference.compensation.base': 'BaseDriftCompensation',
    'inference.compensation.drift': (
        'GlobalDriftCompensation GlobalDriftCompensationWithExactReference PerColumnDriftCompensation'),
    'inference.converter': '',
    'inference.converter.base': 'BaseConductanceConverter',
    'inference.converter.conductance': (
        'CustomPairConductanceConverter DualPairConductanceConverter NPairConductanceConverter '
        'SingleDeviceConductanceConverter SinglePairConductanceConverter'),
    'inference.converter.fusion': 'FusionConductanceConverter',
    'inference.converter.wpo': 'downsample_weight_distribution loss_weights WeightProgrammingOptimizer',
    'inference.utils': 'drift_analog_weights program_analog_weights',
    'inference.noise': '',
    'inference.noise.base': 'BaseNoiseModel',
    'inference.noise.custom': 'StateIndependentNoiseModel',
    'inference.noise.hermes': 'HermesNoiseModel',
    'inference.noise.pcm': 'CustomDriftPCMLikeNoiseModel PCMLikeNoiseModel',
    'inference.noise.reram': 'ReRamCMONoiseModel ReRamWan2022NoiseModel',
    'linalg': 'AnalogMatrix',
    'linalg.matrix': 'AnalogMatrix',
    'nn': (
        'AnalogConv1d AnalogConv1dMapped AnalogConv2d AnalogConv2dMapped AnalogConv3d AnalogConv3dMapped AnalogGRUCell '
        'AnalogLinear AnalogLinearMapped AnalogLSTMCell AnalogLSTMCellCombinedWeight AnalogRNN AnalogSequential '
        'AnalogVanillaRNNCell AnalogWrapper'),
    'nn.AnalogLinear': (
        'analog_layers analog_modules analog_tile_count analog_tiles apply_to_analog_layers apply_to_analog_tiles '
        'drift_analog_weights get_analog_tile_devices get_weights load_state_dict named_analog_layers named_analog_modules '
        'named_analog_tiles prepare_for_ddp program_analog_weights remap_analog_weights replace_rpu_config set_weights '
        'unregister_parameter'),
    'nn.conversion': 'convert_to_analog convert_to_digital specific_rpu_config_id',
    'nn.low_precision_conversion': 'convert_to_quantized quantize_model',
    'nn.low_precision_modules': '',
    'nn.low_precision_modules.conversion_utils': 'append_default_conversions get_module_args',
    'nn.low_precision_modules.quantization_states': (
        'enable_quant_states estimate_act_ranges estimate_ranges estimate_ranges_train fix_act_ranges fix_ranges '
        'fix_weight_ranges full_precision full_precision_acts full_precision_weights learn_ranges quantized quantized_acts '
        'quantized_weights reset_act_ranges set_quant_state'),
    'nn.low_precision_modules.quantized_base_modules': (
        'QuantBatchNorm2d QuantConv2d QuantEmbedding QuantLayerNorm QuantLinear'),
    'nn.low_precision_modules.quantized_input_module': 'QuantizedInputModule',
    'nn.modules': '',
    'nn.modules.base': 'AnalogLayerBase',
    'nn.modules.container': 'AnalogContainerBase AnalogSequential AnalogWrapper',
    'nn.modules.conv': 'AnalogConv1d AnalogConv2d AnalogConv3d',
    'nn.modules.conv_mapped': 'AnalogConv1dMapped AnalogConv2dMapped AnalogConv3dMapped',
    'nn.modules.linear': 'AnalogLinear',
    'nn.modules.linear_mapped': 'AnalogLinearMapped',
    'nn.modules.rnn': '',
    'nn.modules.rnn.cells': 'AnalogGRUCell AnalogLSTMCell AnalogLSTMCellCombinedWeight AnalogVanillaRNNCell LSTMState',
    'nn.modules.rnn.layers': 'AnalogBidirRNNLayer AnalogReverseRNNLayer AnalogRNNLayer',
    'nn.modules.rnn.rnn': 'AnalogRNN ModularRNN',
    'optim': 'AnalogAdam AnalogOptimizer AnalogSGD',
    'optim.AnalogSGD': 'regroup_param_groups set_learning_rate step',
    'optim.analog_optimizer': 'AnalogAdam AnalogOptimizer AnalogOptimizerMixin AnalogSGD',
    'optim.context': 'AnalogContext',
    'optim.context.AnalogContext': (
        'data_view_mode enable_buffer enable_data_view enable_placeholder get_data has_gradient reset set_indexed'),
    'optim.weight_view': 'PlaceholderDataView ReadOnlyWeightView',
    'simulator': '',
    'simulator.configs': (
        'AnalogMVType BoundManagementType BufferedTransferCompound build_config ChoppedTransferCompound ConstantStepDevice '
        'CountLRFeedbackPolicy DifferenceUnitCell DigitalRankUpdateRPUConfig DriftParameter DynamicTransferCompound '
        'ExpStepDevice FloatingPointDevice FloatingPointRPUConfig IdealDevice InferenceRPUConfig InputRangeParameter '
        'IOParameters IOParametersIRDropT LinearStepDevice MappingParameter MixedPrecisionCompound NoiseManagementType '
        'OneSidedUnitCell PiecewiseStepDevice PowStepDevice PowStepReferenceDevice PrePostProcessingParameter PulseType '
        'QuantizedTorchInferenceRPUConfig ReferenceUnitCell RPUDataType SimpleDriftParameter SingleRPUConfig '
        'SoftBoundsDevice SoftBoundsPmaxDevice SoftBoundsReferenceDevice TorchInferenceRPUConfig '
        'TorchInferenceRPUConfigIRDropT TransferCompound UnitCellRPUConfig UpdateParameters VectorUnitCell '
        'VectorUnitCellUpdatePolicy WeightClipParameter WeightClipType WeightModifierParameter WeightModifierType '
        'WeightNoiseType WeightRemapParameter WeightRemapType'),
    'simulator.configs.compounds': (
        'BufferedTransferCompound ChoppedTransferCompound DifferenceUnitCell DigitalRankUpdateCell DynamicTransferCompound '
        'MixedPrecisionCompound OneSidedUnitCell ReferenceUnitCell TransferCompound UnitCell VectorUnitCell'),
    'simulator.configs.configs': (
        'DigitalRankUpdateRPUConfig FloatingPointRPUConfig InferenceRPUConfig IOManagedRPUConfig '
        'QuantizedTorchInferenceRPUConfig SingleRPUConfig TorchInferenceRPUConfig TorchInferenceRPUConfigIRDropT '
        'UnitCellRPUConfig'),
    'simulator.configs.devices': (
        'BufferedTransferCompound ChoppedTransferCompound ConstantStepDevice DifferenceUnitCell DynamicTransferCompound '
        'ExpStepDevice FloatingPointDevice IdealDevice LinearStepDevice MixedPrecisionCompound OneSidedUnitCell '
        'PiecewiseStepDevice PowStepDevice PowStepReferenceDevice PulsedDevice ReferenceUnitCell SoftBoundsDevice '
        'SoftBoundsPmaxDevice SoftBoundsReferenceDevice TransferCompound VectorUnitCell'),
    'simulator.configs.helpers': 'build_config',
    'simulator.configs.utils': (
        'AnalogMVType BoundManagementType DriftParameter InputRangeParameter IOParameters MappingParameter '
        'NoiseManagementType PrePostProcessingParameter PulseType SimpleDriftParameter UpdateParameters '
        'VectorUnitCellUpdatePolicy WeightClipParameter WeightClipType WeightModifierParameter WeightModifierType '
        'WeightNoiseType WeightRemapParameter WeightRemapType'),
    'simulator.noise_models': (
        'BaseNoiseModel CustomDriftPCMLikeNoiseModel HermesNoiseModel PCMLikeNoiseModel ReRamCMONoiseModel '
        'ReRamWan2022NoiseModel StateIndependentNoiseModel'),
    'simulator.parameters': (
        'AnalogContextDataViewMode AnalogMVType BoundManagementType DriftParameter InputRangeParameter IOParameters '
        'IOParametersIRDropT MappingParameter NoiseManagementType PrePostProcessingParameter PrePostProcessingParameterQuant '
        'PulseType RPUDataType SimpleDriftParameter UpdateParameters VectorUnitCellUpdatePolicy WeightClipParameter '
        'WeightClipType WeightModifierParameter WeightModifierType WeightNoiseType WeightRemapParameter WeightRemapType'),
    'simulator.parameters.base': 'RPUConfigBase RPUConfigGeneric',
    'simulator.parameters.enums': (
        'AnalogContextDataViewMode AnalogMVType BoundManagementType CountLRFeedbackPolicy NoiseManagementType PulseType '
        'RPUDataType VectorUnitCellUpdatePolicy WeightClipType WeightModifierType WeightNoiseType WeightRemapType'),
    'simulator.parameters.inference': (
        'DriftParameter SimpleDriftParameter WeightClipParameter WeightModifierParameter WeightRemapParameter'),
    'simulator.parameters.io': 'IOParameters IOParametersIRDropT',
    'simulator.parameters.mapping': 'MappableRPU MappingParameter',
    'simulator.parameters.pre_post': (
        'InputRangeParameter PeripheryQuantizationParameter PrePostProcessingParameter PrePostProcessingParameterQuant '
        'PrePostProcessingRPU'),
    'simulator.parameters.quantization': (
        'ActivationQuantConfig BaseQuantConfig QuantizationConfig QuantizationMap QuantizedModuleConfig WeightQuantConfig'),
    'simulator.parameters.runtime': 'RuntimeParameter',
    'simulator.parameters.training': 'UpdateParameters',
    'simulator.presets': (
        'AGADCapacitorPreset AGADEcRamMOPreset AGADEcRamPreset AGADIdealizedPreset AGADReRamESPreset AGADReRamSBPreset '
        'Capacitor2Preset Capacitor4Preset CapacitorPreset CapacitorPresetDevice ChoppedTTv2CapacitorPreset '
        'ChoppedTTv2EcRamMOPreset ChoppedTTv2EcRamPreset ChoppedTTv2IdealizedPreset ChoppedTTv2ReRamESPreset '
        'ChoppedTTv2ReRamSBPreset EcRam2Preset EcRam4Preset EcRamMO2Preset EcRamMO4Preset EcRamMOPreset EcRamMOPresetDevice '
        'EcRamPreset EcRamPresetDevice FloatingPointPreset GokmenVlasovPreset GokmenVlasovPresetDevice Idealized2Preset '
        'Idealized4Preset IdealizedPreset IdealizedPresetDevice MixedPrecisionCapacitorPreset MixedPrecisionEcRamMOPreset '
        'MixedPrecisionEcRamPreset MixedPrecisionGokmenVlasovPreset MixedPrecisionIdealizedPreset MixedPrecisionPCMPreset '
        'MixedPrecisionReRamESPreset MixedPrecisionReRamSBPreset PCMPreset PCMPresetDevice PCMPresetUnitCell '
        'PresetIOParameters PresetUpdateParameters ReRamArrayHfO2PresetDevice ReRamArrayOMPresetDevice ReRamES2Preset '
        'ReRamES4Preset ReRamESPreset ReRamESPresetDevice ReRamSB2Preset ReRamSB4Preset ReRamSBPreset ReRamSBPresetDevice '
        'StandardHWATrainingPreset StandardIOParameters TikiTakaCapacitorPreset TikiTakaEcRamMOPreset TikiTakaEcRamPreset '
        'TikiTakaIdealizedPreset TikiTakaReRamESPreset TikiTakaReRamSBPreset TTv2CapacitorPreset TTv2EcRamMOPreset '
        'TTv2EcRamPreset TTv2IdealizedPreset TTv2ReRamESPreset TTv2ReRamSBPreset'),
    'simulator.presets.compounds': 'PCMPresetUnitCell',
    'simulator.presets.configs': (
        'AGADCapacitorPreset AGADEcRamMOPreset AGADEcRamPreset AGADIdealizedPreset AGADReRamESPreset AGADReRamSBPreset '
        'Capacitor2Preset Capacitor4Preset CapacitorPreset ChoppedTTv2CapacitorPreset ChoppedTTv2EcRamMOPreset '
        'ChoppedTTv2EcRamPreset ChoppedTTv2IdealizedPreset ChoppedTTv2ReRamESPreset ChoppedTTv2ReRamSBPreset EcRam2Preset '
        'EcRam4Preset EcRamMO2Preset EcRamMO4Preset EcRamMOPreset EcRamPreset GokmenVlasovPreset Idealized2Preset '
        'Idealized4Preset IdealizedPreset MixedPrecisionCapacitorPreset MixedPrecisionEcRamMOPreset '
        'MixedPrecisionEcRamPreset MixedPrecisionGokmenVlasovPreset MixedPrecisionIdealizedPreset MixedPrecisionPCMPreset '
        'MixedPrecisionReRamESPreset MixedPrecisionReRamSBPreset PCMPreset ReRamES2Preset ReRamES4Preset ReRamESPreset '
        'ReRamSB2Preset ReRamSB4Preset ReRamSBPreset TikiTakaCapacitorPreset TikiTakaEcRamMOPreset TikiTakaEcRamPreset '
        'TikiTakaIdealizedPreset TikiTakaReRamESPreset TikiTakaReRamSBPreset TTv2CapacitorPreset TTv2EcRamMOPreset '
        'TTv2EcRamPreset TTv2IdealizedPreset TTv2ReRamESPreset TTv2ReRamSBPreset'),
    'simulator.presets.devices': (
        'CapacitorPresetDevice EcRamMOPresetDevice EcRamPresetDevice GokmenVlasovPresetDevice IdealizedPresetDevice '
        'PCMPresetDevice ReRamArrayHfO2PresetDevice ReRamArrayOMPresetDevice ReRamESPresetDevice ReRamSBPresetDevice'),
    'simulator.presets.inference': 'FloatingPointPreset StandardHWATrainingPreset',
    'simulator.presets.utils': (
        'BoundManagementType IOParameters NoiseManagementType PresetIOParameters PresetUpdateParameters PulseType '
        'StandardIOParameters UpdateParameters WeightNoiseType'),
    'simulator.presets.web': (
        'OldWebComposerInferenceRPUConfig OldWebComposerMappingParameter WebComposerInferenceRPUConfig '
        'WebComposerIOParameters WebComposerMappingParameter WebComposerWeightClipParameter '
        'WebComposerWeightModifierParameter'),
    'simulator.rpu_base': 'cuda',
    'simulator.rpu_base.cuda': 'is_compiled',
    'simulator.tiles': (
        'AnalogTile FloatingPointTile InferenceTile InferenceTileWithPeriphery QuantizedTorchInferenceTile '
        'TorchInferenceTile'),
    'simulator.tiles.AnalogTile': (
        'apply_weight_scaling backward compatible_with decay_weights diffuse_weights drift_weights dump_extra get_analog_ctx '
        'get_analog_state get_backward_parameters get_brief_info get_data_type get_dtype get_forward_parameters '
        'get_hidden_parameters get_hidden_update_index get_learned_out_scales get_learning_rate get_mapping_scales '
        'get_runtime get_scales get_tensor_view get_weights init_input_processing is_indexed joint_forward load_extra '
        'post_backward post_forward post_update_step pre_backward pre_forward pre_update program_weights read_weights '
        'remap_weights replace_with reset reset_columns set_backward_parameters set_forward_parameters set_hidden_parameters '
        'set_hidden_update_index set_indexed set_input_range set_learned_out_scales set_learning_rate set_mapping_scales '
        'set_scales set_verbosity_level set_weights supports_ddp supports_indexed update'),
    'simulator.tiles.analog': 'AnalogTile AnalogTileWithoutPeriphery',
    'simulator.tiles.analog_mvm': 'AnalogMVM',
    'simulator.tiles.array': 'QuantizedTileModuleArray TileModuleArray',
    'simulator.tiles.base': 'AnalogTileStateNames BaseTile SimulatorTile SimulatorTileWrapper TileModuleBase',
    'simulator.tiles.custom': 'CustomRPUConfig CustomSimulatorTile CustomTile CustomUpdateParameters',
    'simulator.tiles.floating_point': 'FloatingPointTile',
    'simulator.tiles.functions': 'AnalogFunction',
    'simulator.tiles.inference': 'InferenceTile InferenceTileWithPeriphery',
    'simulator.tiles.inference_torch': 'TorchInferenceTile',
    'simulator.tiles.module': 'TileModule',
    'simulator.tiles.periphery': 'TileWithPeriphery',
    'simulator.tiles.quantized_inference_torch': 'QuantizedTorchInferenceTile',
    'simulator.tiles.torch_tile': 'TorchSimulatorTile',
    'simulator.tiles.torch_tile_irdrop_t': 'TorchSimulatorTileIRDropT',
    'simulator.tiles.transfer': 'TorchTransferTile TransferSimulatorTile',
    'utils': '',
    'utils.analog_info': 'analog_summary AnalogInfo LayerInfo TileInfo',
    'utils.export': 'fusion_export fusion_import',
    'utils.fitting': 'fit_measurements model_response',
    'utils.legacy': 'convert_legacy_checkpoint',
    'utils.visualization': (
        'compute_pulse_response compute_pulse_statistics estimate_n_steps get_tile_for_plotting plot_device '
        'plot_device_compact plot_device_symmetry plot_model_programming_error plot_programming_error plot_pulse_response '
        'plot_pulse_statistics plot_response_overview plot_weight_drift'),
}.items()}

LEFT_OUT = {
    'pre_backward': 'torch differentiates `pre_forward` and `post_forward` of a class of your own',
    'post_backward': 'torch differentiates `pre_forward` and `post_forward` of a class of your own',
    'pre_update': 'an update gets what was recorded in the backward pass',
    'set_indexed': 'of tiles: a convolution hands over its images, from which patches are taken by index',
    'enable_buffer': 'a context shows the weights of its tile, and no numbers of which the tile knows nothing',
    'PlaceholderDataView': 'the weights of a context can always be read',
    'ReadOnlyWeightView': 'the weights of a context can always be read',
    'enable_quant_states': 'the functions of `quantization_states` take a network',
    'SimulatorTileWrapper': 'a tile is an `AnalogTile`, and `tile.tile` a view of it',
    'TileModuleBase': 'a tile is an `AnalogTile`, and `tile.tile` a view of it',
    'BaseTile': 'a tile is an `AnalogTile`, and `tile.tile` a view of it',
    'AnalogTileWithoutPeriphery': 'an `AnalogTile` has no scales, bias or input range unless it is asked for them',
    'TransferSimulatorTile': 'an `AnalogTile` has these transfers; write others as a `CustomSimulatorTile`',
    'CountLRFeedbackPolicy': 'no parameter takes it',
    'convert_legacy_checkpoint': 'checkpoints of aihwkit hold objects of its own classes, which nothing else can open',
}
"""Names that will not be here, and why."""
