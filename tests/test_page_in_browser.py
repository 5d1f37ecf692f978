"""The report page in a real browser, without a network."""

import importlib.util
import json
import shutil
import time

import numpy as np
import pytest
from page_example import EVIL, make_page, make_results, noise

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
DRIVER = shutil.which("chromedriver")
SELENIUM = importlib.util.find_spec("selenium")
pytestmark = pytest.mark.skipif(
    not (BROWSER and DRIVER and SELENIUM),
    reason="needs chromium, chromedriver (apt-get install chromium chromium-driver) and selenium",
)
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--window-size=1200,900",
)
N = 400


@pytest.fixture(scope="module")
def images():
    return noise(N, side=16)


@pytest.fixture(scope="module")
def page_file(tmp_path_factory, images):
    folder = tmp_path_factory.mktemp("page")
    labelled = make_results(folder, "marked", images, np.arange(N) // 3 % 2)
    plain = make_results(folder, "plain", images[..., :1], np.full(N, -1))
    file = folder / "report.html"
    file.write_text(make_page(folder, [labelled, plain]))
    return file


def open_browser(profile, *flags):
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*FLAGS, f"--user-data-dir={profile}", *flags):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))


def wait_for(condition, what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s for {what}")


def load(browser, file):
    browser.get(file.as_uri())
    drawn = (
        "return typeof Bokeh !== 'undefined' && Bokeh.documents.length === 2"
        " && Bokeh.documents.every(document => document.is_idle)"
    )
    wait_for(lambda: browser.execute_script(drawn), "the maps")


@pytest.fixture(scope="module")
def browser(tmp_path_factory, page_file):
    browser = open_browser(tmp_path_factory.mktemp("profile"))
    load(browser, page_file)
    yield browser
    browser.quit()


PLOT = "const plot = Bokeh.documents[arguments[0]].roots()[0].children.at(-1);"
POINTS = PLOT + "const points = plot.renderers[0].data_source.data;"


def hover(browser, which, point, kind="mouse"):
    """Move the mouse to a point of the map `which`, or tap it (kind "touch"); return the tip."""
    from selenium.webdriver.common.actions.action_builder import ActionBuilder
    from selenium.webdriver.common.actions.pointer_input import PointerInput

    element = browser.find_elements("class name", "map-plot")[which]
    into_view(browser, element)
    x, y = browser.execute_script(
        POINTS + "const view = Bokeh.index.find_one(plot), i = arguments[1];"
        "const box = view.el.getBoundingClientRect(), {x_scale, y_scale} = view.frame;"
        "return [box.left + x_scale.compute(points.x[i]), box.top + y_scale.compute(points.y[i])]",
        which,
        point,
    )
    actions = ActionBuilder(browser, mouse=PointerInput(kind, kind))
    actions.pointer_action.move_to_location(round(x), round(y))
    if kind == "touch":
        actions.pointer_action.pointer_down().pause(0.05).pointer_up()
    actions.perform()
    tip = browser.find_elements("class name", "map-tip")[which]
    wait_for(tip.is_displayed, "the tip", seconds=5)
    return tip


def into_view(browser, element):
    script = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})"
    browser.execute_script(script, element)
    time.sleep(0.3)  # a scroll hides the tip, and its event comes later


def lonely_point(browser, which):
    """Return a point that has no other near it."""
    xy = browser.execute_script(
        POINTS + "return [Array.from(points.x), Array.from(points.y)]", which
    )
    xy = np.array(xy).T
    distances = np.linalg.norm(xy[:, None] - xy[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return int(distances.min(1).argmax())


def codes(browser, which=0):
    return browser.execute_script(POINTS + "return Array.from(points.code)", which)


def test_no_error_and_no_request(browser):
    severe = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert severe == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [e["params"] for e in events if e["method"] == "Network.requestWillBeSent"]
    # the browser's own start page makes requests too
    urls = [e["request"]["url"] for e in sent if e["documentURL"].startswith("file:")]
    assert urls
    assert all(url.startswith(("file:", "data:", "blob:")) for url in urls), urls


def test_the_table_is_there(browser):
    text = browser.find_element("tag name", "main").text
    assert "Accuracy of kmeans" in text
    assert "pca8-tsne" in text
    assert "±" in text


def test_names_are_text_and_never_run(browser):
    text = browser.find_element("tag name", "main").text
    assert f"{EVIL}: 199" in text
    assert browser.execute_script("return document.querySelectorAll('script[src]').length") == 0
    assert all(
        EVIL in item.text
        for item in browser.find_elements("css selector", ".legend li:nth-child(2)")[:1]
    )


@pytest.mark.parametrize("which", [0, 1])
def test_pointing_at_a_point_shows_its_image(browser, images, which):
    point = lonely_point(browser, which)
    tip = hover(browser, which, point)
    assert f"image {point}\n" in tip.text
    if which == 0:
        assert f"label: {['plain', EVIL][point // 3 % 2]}" in tip.text
    else:
        assert "label" not in tip.text
    assert "predicted: group" in tip.text
    confidence = np.linspace(0.5, 1, N)[point]
    assert f"consensus: group {point % 2}, confidence {confidence:.2f}" in tip.text
    shown = browser.execute_script(
        "const c = arguments[0].querySelector('canvas');"
        "return Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)",
        tip,
    )
    shown = np.array(shown).reshape(16, 16, 4)[..., :3]
    expected = images[point] if which == 0 else images[point][..., :1]
    assert np.abs(shown - expected.astype(int)).max() <= 1


def test_a_click_changes_the_colours(browser):
    by_group = codes(browser)
    buttons = browser.execute_script(
        "const all = []; const walk = (root) => { for (const e of root.querySelectorAll('*')) {"
        "if (e.tagName === 'BUTTON' || e.classList.contains('bk-btn')) all.push(e);"
        "if (e.shadowRoot) walk(e.shadowRoot) } };"
        "walk(document.querySelector('.map-plot')); return all"
    )
    click = {button.text: button for button in buttons}
    into_view(browser, buttons[0])
    before = browser.find_elements("class name", "map-plot")[0].screenshot_as_png
    click["True label"].click()
    wait_for(lambda: codes(browser) == [i // 3 % 2 for i in range(N)], "the labels' colours")
    assert codes(browser) != by_group
    time.sleep(0.5)
    assert browser.find_elements("class name", "map-plot")[0].screenshot_as_png != before
    click["Predicted group"].click()
    wait_for(lambda: codes(browser) == by_group, "the groups' colours")


def test_choosing_another_map_moves_the_points(browser):
    x = "return Array.from(points.x)"
    first = browser.execute_script(POINTS + x, 1)
    choose = "Bokeh.documents[1].roots()[0].children[0].value = arguments[0]"
    browser.execute_script(choose, "1")
    wait_for(lambda: browser.execute_script(POINTS + x, 1) != first, "the other map")
    browser.execute_script(choose, "0")
    assert browser.execute_script(POINTS + x, 1) == first


def test_a_wheel_zooms_in_and_reset_goes_back(browser):
    span = PLOT + "return plot.x_range.end - plot.x_range.start"
    whole = browser.execute_script(span, 0)
    element = browser.find_elements("class name", "map-plot")[0]
    into_view(browser, element)
    from selenium.webdriver.common.action_chains import ActionChains, ScrollOrigin

    ActionChains(browser).scroll_from_origin(ScrollOrigin.from_element(element), 0, -300).perform()
    wait_for(lambda: browser.execute_script(span, 0) < 0.95 * whole, "the zoom")
    browser.execute_script(PLOT + "plot.reset.emit()", 0)
    wait_for(lambda: abs(browser.execute_script(span, 0) - whole) < 1e-3 * whole, "the reset")


def test_a_phone_shows_the_page_without_sideways_scrolling(browser):
    phone = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        time.sleep(0.5)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
        tip = hover(browser, 0, lonely_point(browser, 0), kind="touch")
        box = tip.rect
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_map_is_drawn_without_webgl(tmp_path, page_file):
    browser = open_browser(tmp_path, "--disable-webgl", "--disable-3d-apis")
    try:
        load(browser, page_file)
        gl = "return document.createElement('canvas').getContext('webgl') !== null"
        assert browser.execute_script(gl) is False
        point = lonely_point(browser, 0)
        assert f"image {point}\n" in hover(browser, 0, point).text
        assert [e for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []
    finally:
        browser.quit()
