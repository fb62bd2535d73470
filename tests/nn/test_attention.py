"""Attention with layers for its weight matrices: the outputs are those of torch, whatever is masked."""

import copy
import itertools
import pickle

import pytest
import torch
from torch import nn

from aihwlab.exceptions import ArgumentError
from aihwlab.nn import AnalogLinear
from aihwlab.nn.conversion import CONVERSION_MAP, convert_to_analog, convert_to_digital
from aihwlab.nn.modules.attention import AnalogMultiheadAttention
from aihwlab.nn.modules.transformer import AnalogTransformerEncoder, AnalogTransformerEncoderLayer
from aihwlab.simulator.presets import EcRamPreset
from tests.networks import EXACT

BATCH, QUERIES, KEYS, SIZE, HEADS = 3, 5, 7, 8, 2


def attention(**settings):
    """Return torch's attention with random weights, in evaluation, and the same with exact tiles."""
    torch.manual_seed(1)
    digital = nn.MultiheadAttention(SIZE, HEADS, **settings).eval()
    for parameter in digital.parameters():
        nn.init.normal_(parameter, std=0.5)
    return digital, convert_to_analog(digital, EXACT)


def inputs(kdim=SIZE, vdim=SIZE, batch_first=False):
    tensors = torch.randn(BATCH, QUERIES, SIZE), torch.randn(BATCH, KEYS, kdim), torch.randn(BATCH, KEYS, vdim)
    return tensors if batch_first else tuple(x.transpose(0, 1) for x in tensors)


def hidden(*shape, kind=bool):
    """Return a mask that hides about a third, as True or as negative numbers, and never all."""
    mask = torch.rand(*shape) < 0.3
    mask[..., 0] = False
    return mask if kind is bool else -3.0 * mask


@pytest.mark.parametrize('settings', [
    {}, {'batch_first': True}, {'bias': False}, {'kdim': 6, 'vdim': 4}, {'add_bias_kv': True}, {'add_zero_attn': True},
    {'add_bias_kv': True, 'add_zero_attn': True, 'batch_first': True}], ids=str)
def test_outputs_and_weights_are_those_of_torch(settings):
    digital, analog = attention(**settings)
    assert type(analog) is AnalogMultiheadAttention and isinstance(analog, nn.MultiheadAttention)
    assert [type(layer) for layer in analog.children()] == [AnalogLinear] * 4
    x = inputs(settings.get('kdim', SIZE), settings.get('vdim', SIZE), settings.get('batch_first', False))
    masks = [dict(key_padding_mask=padding, attn_mask=pairs, need_weights=need, average_attn_weights=average)
             for kind in (bool, float)
             for padding, pairs, need, average in itertools.product(
                 (None, hidden(BATCH, KEYS, kind=kind)),
                 (None, hidden(QUERIES, KEYS, kind=kind), hidden(BATCH * HEADS, QUERIES, KEYS, kind=kind)),
                 (True, False), (True, False))]
    for arguments in masks:
        torch.testing.assert_close(analog(*x, **arguments), digital(*x, **arguments))


def test_one_example_without_a_batch():
    digital, analog = attention(batch_first=True)
    x = torch.randn(QUERIES, SIZE)
    for arguments in ({}, {'need_weights': False}, {'key_padding_mask': hidden(QUERIES), 'average_attn_weights': False},
                      {'attn_mask': hidden(HEADS, QUERIES, QUERIES)}):
        torch.testing.assert_close(analog(x, x, x, **arguments), digital(x, x, x, **arguments))


def test_a_query_that_sees_no_key_gets_nothing_and_spoils_no_gradient():
    _, analog = attention(batch_first=True, bias=False)
    x = torch.randn(2, 3, SIZE, requires_grad=True)
    y, weights = analog.train()(x, x, x, key_padding_mask=torch.tensor([[True] * 3, [False] * 3]))
    assert not y[0].any() and not weights[0].any() and y[1].all()
    y.sum().backward()
    assert torch.isfinite(x.grad).all()


def test_gradients_are_those_of_torch():
    digital, analog = attention()
    x, other = torch.randn(4, 2, SIZE, requires_grad=True), torch.randn(4, 2, SIZE)
    expected, = torch.autograd.grad((digital(x, x, x)[0] * other).sum(), x)
    found, = torch.autograd.grad((analog(x, x, x)[0] * other).sum(), x)
    torch.testing.assert_close(found, expected)


def test_dropout_hides_weights_in_training_only():
    _, analog = attention(dropout=0.5)
    x = inputs()
    assert torch.equal(analog(*x)[1], analog(*x)[1])
    assert (analog.train()(*x)[1] != analog(*x)[1]).any()


@pytest.mark.parametrize('settings', [{}, {'bias': False}, {'kdim': 6, 'vdim': 4, 'add_bias_kv': True}])
def test_there_and_back_has_the_same_weights(settings):
    digital, analog = attention(**settings)
    back = convert_to_digital(analog)
    assert type(back) is nn.MultiheadAttention and not back.training
    assert back.state_dict().keys() == digital.state_dict().keys()
    for name, weight in back.state_dict().items():
        torch.testing.assert_close(weight, digital.state_dict()[name], msg=name)


def test_single_matrices_can_stay_digital_or_be_configured():
    digital, _ = attention()
    analog = convert_to_analog(digital, EXACT, exclude_modules=['k_proj'])
    assert type(analog.k_proj) is nn.Linear and type(analog.v_proj) is AnalogLinear
    names = []
    convert_to_analog(digital, EXACT, specific_rpu_config_fun=lambda name, layer, config: names.append(name) or config)
    assert {'q_proj', 'k_proj', 'v_proj', 'out_proj'} <= set(names)
    x = inputs()
    torch.testing.assert_close(convert_to_digital(analog)(*x), digital(*x))


def test_attention_stays_digital_when_asked():
    model = nn.Sequential(attention()[0])
    for arguments in ({'conversion_map': {**CONVERSION_MAP, nn.MultiheadAttention: None}}, {'exclude_modules': ['0']}):
        assert type(convert_to_analog(model, EXACT, **arguments)[0]) is nn.MultiheadAttention


@pytest.mark.parametrize('change, message', [
    ({'is_causal': True}, 'attn_mask must be given'),
    ({'attn_mask': torch.zeros(QUERIES, KEYS + 1)}, 'attn_mask of shape'),
    ({'key_padding_mask': torch.zeros(KEYS, BATCH)}, 'key_padding_mask of shape'),
    ({'key': torch.zeros(KEYS, SIZE)}, 'key of shape'),
    ({'query': torch.zeros(SIZE)}, 'query of shape'),
    ({'value': torch.zeros(KEYS + 1, BATCH, SIZE)}, 'must have one length')])
def test_wrong_shapes_are_refused_by_name(change, message):
    _, analog = attention()
    arguments = {**dict(zip(('query', 'key', 'value'), inputs())), **change}
    with pytest.raises(ValueError, match=message):
        analog(**arguments)


def encoder(**settings):
    torch.manual_seed(2)
    layer = nn.TransformerEncoderLayer(SIZE, HEADS, 16, **{'dropout': 0.0, 'batch_first': True, **settings})
    return nn.TransformerEncoder(layer, 2).eval()


@pytest.mark.filterwarnings('ignore:enable_nested_tensor', 'ignore:The PyTorch API of nested')
@pytest.mark.parametrize('settings', [{}, {'norm_first': True}, {'batch_first': False}, {'activation': 'gelu'}], ids=str)
@pytest.mark.parametrize('gradients', [True, False])
def test_an_encoder_never_goes_past_its_layers(settings, gradients):
    """In evaluation without gradients, torch takes the shortcut for the digital one, and nested tensors for the padding."""
    digital = encoder(**settings)
    x, padding = torch.randn(BATCH, QUERIES, SIZE), torch.tensor([[False] * 5, [False] * 4 + [True], [False] * 3 + [True] * 2])
    x = x if settings.get('batch_first', True) else x.transpose(0, 1)
    seen = padding.logical_not() if settings.get('batch_first', True) else padding.logical_not().T
    causal = nn.Transformer.generate_square_subsequent_mask(QUERIES)
    for arguments in ({}, {'exclude_modules': ['layers.0.self_attn']}, {'exclude_modules': ['layers.0.linear1', 'layers.1']},
                      {'conversion_map': {nn.Linear: AnalogLinear}}):
        analog = convert_to_analog(digital, EXACT, **arguments)
        with torch.set_grad_enabled(gradients):
            for call in ({}, {'mask': causal, 'is_causal': True}, {'src_key_padding_mask': padding}):
                found, expected = analog(x, **call), digital(x, **call)
                there = seen if 'src_key_padding_mask' in call else torch.ones_like(seen)
                torch.testing.assert_close(found[there], expected[there])
                back = convert_to_digital(analog)(x, **call)
                torch.testing.assert_close(back[there], expected[there])


def test_encoders_and_their_copies():
    analog = convert_to_analog(encoder(), EXACT)
    assert type(analog) is AnalogTransformerEncoder and type(analog.layers[0]) is AnalogTransformerEncoderLayer
    assert analog.analog_tile_count() == 12
    x = torch.randn(BATCH, QUERIES, SIZE)
    for copied in (copy.deepcopy(analog), pickle.loads(pickle.dumps(analog))):
        torch.testing.assert_close(copied(x), analog(x))
    back = convert_to_digital(analog)
    assert type(back) is nn.TransformerEncoder and type(back.layers[1]) is nn.TransformerEncoderLayer
    assert back.use_nested_tensor and back.layers[0].activation_relu_or_gelu == 1


def test_a_whole_transformer_with_its_decoder():
    torch.manual_seed(3)
    digital = nn.Transformer(SIZE, HEADS, 1, 1, 16, dropout=0.0, batch_first=True).eval()
    analog = convert_to_analog(digital, EXACT)
    source, target = torch.randn(BATCH, KEYS, SIZE), torch.randn(BATCH, QUERIES, SIZE)
    assert analog.analog_tile_count() == 6 + 10
    with torch.no_grad():
        torch.testing.assert_close(analog(source, target), digital(source, target))


def test_noisy_attention_learns():
    """All four matrices get gradients on the way: the loss falls although products and pulses are noisy."""
    from aihwlab.optim import AnalogSGD
    torch.manual_seed(4)
    model = convert_to_analog(nn.TransformerEncoderLayer(SIZE, HEADS, 16, dropout=0.0, batch_first=True), EcRamPreset())
    x, y = torch.randn(16, QUERIES, SIZE), torch.randn(16, QUERIES, SIZE)
    before = model.get_weights()
    optimizer, losses = AnalogSGD(model.parameters(), lr=0.1), []
    for _ in range(40):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.9 * losses[0]
    assert all((before[name][0] != weight).any() for name, (weight, _) in model.get_weights().items())


def test_wrong_names_are_refused():
    with pytest.raises(ArgumentError, match="no module 'kproj'; nearest: k_proj"):
        convert_to_analog(attention()[0], EXACT, exclude_modules=['kproj'])
