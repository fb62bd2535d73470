import json
import numpy as np
import pytest
from aihwlab.kernel.tile import Tile
from aihwlab.kernel.backend import Engine
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.parameters.enums import PulseType
from tests.compare import reference
from aihwlab.simulator.configs import *
from aihwlab.simulator import configs
R = reference('unit_cells')
def cell(config):
    f=dict(config); cls=getattr(configs,f.pop('class')); p=cls()
    for n,v in f.items():
        if n=='unit_cell_devices': v=[cell(c) for c in v]
        elif isinstance(v,dict): v=cell(v)
        elif isinstance(v,str): v=type(getattr(p,n))[v]
        setattr(p,n,v)
    return p
@pytest.mark.parametrize('backend',['reference','compiled'])
@pytest.mark.parametrize('name',R['deterministic'])
def test_det(name,backend):
    case=R['deterministic'][name]
    device=cell(case['config']); device.validate()
    t=Tile((3,4),TileParameters(device=device,update=UpdateParameters(pulse_type=PulseType.DETERMINISTIC_IMPLICIT)),engine=Engine(backend=backend))
    t.write(np.zeros((3,4),np.float32))
    for k in range(60):
        x=(0.5*np.sin(0.7*(k+1)*np.arange(1,5)+0.2)).astype(np.float32); d=(0.2*np.cos(0.45*(k+1)*np.arange(1,4)+0.4)+0.05).astype(np.float32)
        t.update(x[None,:,None],d[None,:,None],0.05)
    np.testing.assert_allclose(t.weights,case['weights'],atol=1e-6)
    for n,v in case['hidden'].items(): np.testing.assert_allclose(t.cells.hidden()[n],v,atol=1e-6)
