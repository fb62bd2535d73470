"""Every notebook in JupyterLab, in a browser: cells, pictures, and every control of every explorer."""

import os
import re
from pathlib import Path

import pytest

from tests.browser.conftest import WINDOW

KEYS = int(os.environ.get('AIHWLAB_KEYS', 3))
"""Number of steps by which each slider is moved."""


def test_the_command_of_the_readme_opens_the_folder_of_the_notebooks(browser, server):
    from tests.browser.server import JUPYTERLAB
    assert f'.venv/bin/python {" ".join(JUPYTERLAB.arguments)}\n' in (Path(__file__).parents[2] / 'README.md').read_text()
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f'{server}/lab')
        page.locator('.jp-DirListing-item', has_text='.ipynb').first.wait_for()


def test_all_cells_run(notebook):
    assert not notebook.errors + notebook.console


def test_pictures_of_the_text_are_shown_and_described(notebook):
    for address, width, alternative in notebook.pictures_of_text:
        assert width > 0, f'{address} is not shown'
        assert alternative.strip(), f'{address} has no alternative text'


def test_pictures_come_after_predictions(notebook):
    predicted = notebook.predicted_explorers
    assert notebook.open_at_first == len(notebook.explorers) - len(predicted)
    for explorer in predicted:
        explorer.panel.scroll_into_view_if_needed()
        explorer.wait(lambda: ' Predicted: ' in explorer.sentence, 'the sentence should tell of the prediction')
        explorer.wait(lambda: explorer.alternative_text == explorer.sentence, 'the picture should say the same')


@pytest.mark.parametrize('theme', ['JupyterLab Light', 'JupyterLab Dark'])
def test_everything_can_be_read(notebook, theme, screenshots):
    try:
        notebook.choose_theme(theme)
        assert not notebook.low_contrast()
        if notebook.explorers:
            notebook.explorers[0].panel.screenshot(path=screenshots / f'{notebook.name}-{theme.split()[1].lower()}.png')
    finally:
        notebook.choose_theme('JupyterLab Light')


@pytest.mark.parametrize('width, height', [(900, 800), (1366, 768), (1400, 1000)])
def test_explorers_fit_on_the_screen(notebook, width, height, screenshots):
    notebook.resize(width, height)
    try:
        for number, explorer in enumerate(notebook.explorers, 1):
            explorer.unfold()
            name = f'{notebook.name}-{number}'
            explorer.wait(lambda: not misfits(explorer.fit(), width), f'{name} should fit')
            explorer.panel.screenshot(path=screenshots / f'{name}-{width}.png')
    finally:
        notebook.resize(**WINDOW)


def misfits(fit, width):
    """Return what is wrong with the place of an explorer on a page of some width; a page that is busy needs a while."""
    too_short = [track for track in fit['tracks'] if track < 260 - 16]  # the ends have a margin for the handle
    too_high = [fit['height']] if width > 1000 and fit['height'] > fit['room'] else []
    return fit['overlaps'] + fit['outside'] + too_short + too_high


def test_a_number_is_entered_exactly(notebook):
    explorer = next((each for each in notebook.explorers if each.sliders and not each.trains), None)
    assert explorer is not None
    explorer.panel.scroll_into_view_if_needed()
    slider = next(each for each in explorer.sliders if each.enabled)
    before, picture = slider.readout, explorer.picture
    slider.press()
    explorer.wait(lambda: slider.readout != before and explorer.picture != picture, f'{slider.label} should move')
    slider.enter(before)
    explorer.wait(lambda: slider.readout == before and explorer.picture == picture, f'{slider.label} should be {before} again')


def test_pictures_get_sharp_at_rest_on_fine_screens(browser, server):
    from tests.browser.pages import NotebookPage
    from tests.browser.server import JUPYTERLAB
    with browser.new_context(viewport=WINDOW, device_scale_factor=2) as context:
        notebook = NotebookPage(context.new_page(), f'{server}{JUPYTERLAB.lesson}/00_start_here.ipynb')
        notebook.run_all()
        notebook.predict()
        explorer = notebook.explorers[0]
        explorer.panel.scroll_into_view_if_needed()
        explorer.wait(lambda: explorer.pixels >= 2, 'the picture should have two pixels for one of the page')
        explorer.sliders[0].press()
        explorer.wait(lambda: explorer.pixels < 2, 'a moving picture should be a fast one')
        explorer.wait(lambda: explorer.pixels >= 2, 'the picture should get sharp again')


def test_films_play(notebook, record_property):
    for number, explorer in enumerate(notebook.explorers, 1):
        if explorer.plays:
            rate = explorer.frames(2)
            record_property('film', (f'{notebook.name}-{number}', rate))
            assert rate > 0
            explorer.button('Reset').click()


def test_every_control_of_every_explorer(notebook, record_property, screenshots):
    for number, explorer in enumerate(notebook.explorers, 1):
        name = f'{notebook.name}-{number}'
        explorer.panel.screenshot(path=screenshots / f'{name}.png')
        explorer.unfold()
        named_for_screen_readers(explorer)
        try:
            if explorer.trains:
                drive_training(explorer)
            else:
                drive_live(explorer, name, record_property)
        finally:
            explorer.panel.screenshot(path=screenshots / f'{name}-moved.png')
        pin_and_reset(explorer)
        assert not notebook.errors + notebook.console, name


def named_for_screen_readers(explorer):
    """See that each slider says its label and the picture what is under it."""
    for slider in explorer.sliders:
        assert slider.name == slider.label
    assert explorer.alternative_text == explorer.sentence


def drive_live(explorer, name, record_property):
    """Move all sliders that apply, choose something else in each menu, then move those that apply then.

    Recorded are the name, the number of sliders that were moved and of all, and the answers of `Slider.latency`.
    """
    times, moved, sliders = [], set(), explorer.sliders

    def move():
        for slider in sliders:
            if slider.enabled and slider.label not in moved:
                moved.add(slider.label)
                times.extend(slider.latency() for _ in range(KEYS))

    move()
    for menu in explorer.menus:
        for option in other_options(menu):
            before = explorer.picture
            menu.select_option(option)
            explorer.wait(lambda: explorer.picture != before, f'{option} should show a new picture')
            move()
            if len(moved) == len(sliders):
                break
    if times:
        record_property('latency', (name, len(moved), len(sliders), times))


def drive_training(explorer):
    """Start, stop, then move all controls; they say that they take effect at the next Start."""
    before = explorer.state
    explorer.button('Start').click()
    explorer.wait(lambda: explorer.picture != before[0] and not re.search(r'\b0 of ', explorer.sentence),
                  'training should be seen')
    progress = explorer.progress
    explorer.wait(lambda: explorer.progress != progress, 'the bar of progress should grow')
    explorer.button('Stop').click()
    explorer.wait(lambda: explorer.button('Start').is_enabled(), 'Start should be enabled after Stop')
    explorer.wait(lambda: stands_still(explorer), 'training should end at Stop')

    sentence = explorer.sentence
    for menu in explorer.menus:
        menu.select_option(other_options(menu)[0])
        explorer.wait(lambda: explorer.sentence != sentence, 'the sentence should say that a menu has changed')
    for slider in explorer.sliders:
        if slider.enabled:
            readout = slider.readout
            slider.press()
            explorer.wait(lambda: slider.readout != readout, f'{slider.label} should move')
            explorer.wait(lambda: explorer.sentence != sentence, 'the sentence should say that a slider has moved')


def stands_still(explorer):
    """Return whether nothing changes for as long as a training run takes for a few redraws."""
    before = explorer.state, explorer.progress
    explorer.page.wait_for_timeout(1000)
    return (explorer.state, explorer.progress) == before


def pin_and_reset(explorer):
    """Keep the curves in grey, then go back to the opening state."""
    explorer.button('Pin').click()
    explorer.wait(lambda: 'Grey: ' in explorer.sentence, 'the sentence should tell of the pinned curves')
    explorer.button('Reset').click()
    explorer.wait(lambda: 'Grey: ' not in explorer.sentence, 'the sentence should forget the pinned curves')
    explorer.wait(lambda: explorer.alternative_text == explorer.sentence, 'the picture should say the same to screen readers')


def other_options(menu):
    """Return the options of a menu that are not chosen."""
    return menu.evaluate('menu => [...menu.options].filter(each => !each.selected).map(each => each.label)')


def test_answers_survive_a_restart_of_the_kernel(notebook):
    if not notebook.name.startswith('00'):
        pytest.skip('one lesson is enough')
    explorers = len(notebook.explorers)
    notebook.restart()
    assert not notebook.explorers
    notebook.run_all()
    assert len(notebook.explorers) == explorers
    assert not any(each.locator('button', has_text='That is my prediction').is_enabled() for each in notebook.predictions)


SEVEN = [(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]
"""The corners of a written 7, relative to the paper."""


@pytest.mark.parametrize('by', ['mouse', 'finger'])
def test_a_digit_is_written_and_read(notebook, by, screenshots):
    paper = notebook.page.locator('canvas[aria-label*="write a digit"]')
    if not paper.count():
        pytest.skip('no lesson with paper to write on')
    explorer, = (each for each in notebook.explorers if each.panel.locator('canvas').count())
    explorer.button('Clear').click()
    explorer.wait(lambda: 'write one' in explorer.sentence, 'the paper should be empty')
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    corners = [(box['x'] + x * box['width'], box['y'] + y * box['height']) for x, y in SEVEN]
    (write_by_mouse if by == 'mouse' else write_by_finger)(notebook.page, corners)
    explorer.wait(lambda: 'read as 7' in explorer.sentence, 'the written 7 should be read')
    explorer.panel.screenshot(path=screenshots / f'{notebook.name}-{by}.png')
    assert not notebook.errors + notebook.console
    explorer.button('Reset').click()


def write_by_mouse(page, corners):
    """Draw a line with the mouse."""
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=12)
    page.mouse.up()


def write_by_finger(page, corners):
    """Draw a line with a finger, which must not scroll the page instead."""
    touch = page.context.new_cdp_session(page)
    points = [(a[0] + (b[0] - a[0]) * step / 12, a[1] + (b[1] - a[1]) * step / 12)
              for a, b in zip(corners, corners[1:]) for step in range(13)]
    for kind, point in [('touchStart', points[0]), *(('touchMove', point) for point in points), ('touchEnd', None)]:
        touch.send('Input.dispatchTouchEvent', {'type': kind, 'touchPoints': [] if point is None else [
            {'x': point[0], 'y': point[1]}]})
    touch.detach()
