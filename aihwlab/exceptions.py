"""The errors that aihwlab raises on purpose."""


class AihwlabError(Exception):
    """Root of all errors of this package."""


AihwkitException = AihwlabError
"""The name of the root in programs for aihwkit."""


class ModuleError(AihwlabError):
    """A layer was used in a way that it does not support."""


class TileError(AihwlabError):
    """A tile was used in a way that it does not support, or its saved state does not fit."""


class TileModuleError(TileError):
    """A tile could not be moved, converted or given another configuration."""


class ArgumentError(AihwlabError):
    """A function was called with an argument that makes no sense to it."""


class CudaError(AihwlabError):
    """A GPU was asked for where none can be used."""


class ConfigError(AihwlabError, ValueError):
    """A configuration holds a value that is impossible, of the wrong type, or not supported by the tile."""


class UnknownParameterError(ConfigError, AttributeError):
    """A parameter was assigned that its class does not have; usually a misspelling."""


class AnalogBiasConfigError(ConfigError):
    """An analog bias was asked for where only a digital one is possible."""


class TorchTileConfigError(ConfigError):
    """A configuration asks for something that a tile written in torch does not have."""


class CloudError(AihwlabError):
    """A service on the internet could not be used."""


class FusionExportError(CloudError):
    """Conductances could not be exported to hardware, or read back."""
