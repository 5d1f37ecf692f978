"""The report page in a real browser, without a network."""

import importlib.util
import json
import shutil
import threading
import time

import numpy as np
import pandas as pd
import pytest
from page_example import EVIL, make_page, make_results, noise

from aecluster.jobs.artifacts import save_text
from aecluster.n_clusters.levels import levels_of, nested, ward_tree
from aecluster.page.server import PageServer

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
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1200,900",
)
N = 400
NAMES = [f"{'east' if k % 2 else 'west'}/猫 {k:03d}.jpg" for k in range(N)]
TITLES = "return [...explorer.gallery.querySelectorAll('.thumb')].map((e) => e.title)"
EXPLORER = "const explorer = aecluster.explorers[arguments[0]]; "


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Two data sets: `marked` has labels, `plain` has files, a group called <script>, metadata."""
    folder = tmp_path_factory.mktemp("page")
    images = noise(N, side=16)
    marked = make_results(folder, "marked", images, np.arange(N) // 3 % 2)
    images = images[..., :1].copy()
    images[7] = images[3]
    plane = np.random.default_rng(3).normal(size=(N, 2)).astype(np.float32)
    plane[:, 0] += 9 * (np.arange(N) % 2)
    metadata = pd.DataFrame({"price": np.arange(N) * 1.0, EVIL: [EVIL, "x"] * (N // 2)})
    levels = levels_of(N)
    merges, leaves = ward_tree(plane, random_state=0)
    tree = pd.DataFrame(nested(merges, levels)[leaves], columns=[f"k{k}" for k in levels])
    plain = make_results(
        folder,
        "plain",
        images,
        np.full(N, -1),
        names=NAMES,
        plane=plane,
        metadata=metadata,
        levels=tree,
        sides=([16] * 7 + [32] + [16] * (N - 9) + [None], [16] * (N - 1) + [None]),
    )
    return folder, images, [marked, plain]


@pytest.fixture(scope="module")
def page_file(results):
    folder, _, datasets = results
    save_text(folder / "report.html", make_page(folder, datasets))
    return folder / "report.html"


def open_browser(profile, *flags):
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    downloads = {"download.default_directory": str(profile / "downloads")}
    options.add_experimental_option("prefs", downloads)
    for flag in (*FLAGS, f"--user-data-dir={profile / 'profile'}", *flags):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))


def wait_for(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s for {what}")


class Page:
    """The page in a browser, with its data set `plain` shown."""

    def __init__(self, browser, downloads):
        self.browser, self.downloads = browser, downloads

    def load(self, address, dataset="plain"):
        self.dataset = dataset
        self.browser.get("about:blank")  # the same address alone would not load again
        self.browser.get(address)
        if self.all(".which select"):
            self.js(
                "const choice = document.querySelector('.which select');"
                "choice.value = arguments[0]; choice.dispatchEvent(new Event('change'))"
            )
        wait_for(lambda: self.js("return Boolean(aecluster.explorers[arguments[0]])"), "the page")
        wait_for(lambda: self.explore("return Boolean(explorer.map.width)"), "the map")

    def js(self, script, *arguments):
        return self.browser.execute_script(script, self.dataset, *arguments)

    def explore(self, script, *arguments):
        return self.js(EXPLORER + script, *arguments)

    def all(self, css):
        found = self.browser.find_elements("css selector", css)
        return [element for element in found if element.is_displayed()]

    def one(self, css, text=""):
        return wait_for(
            lambda: next((e for e in self.all(css) if text in e.text), None), f"{css} {text!r}"
        )

    def click(self, css, text=""):
        element = self.one(css, text)
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()
        return element

    def choose(self, css, value):
        from selenium.webdriver.support.select import Select

        Select(self.one(css)).select_by_value(value)

    def type(self, css, text):
        element = self.one(css)
        element.clear()
        element.send_keys(text)

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        for key in keys:
            ActionChains(self.browser).send_keys(key).perform()

    def title(self):
        return self.one("h2.place").text

    def listed(self):
        return self.explore("return explorer.listed()")

    def group(self):
        return self.explore("return Array.from(explorer.corrections.group)")

    def at(self, i):
        """Return where the point of an image is in the window, once nothing moves any more."""
        return self.explore(
            "const map = explorer.map, i = arguments[1];"
            "const place = () => {"
            "  const {k, x, y} = map.transform(), box = map.window.getBoundingClientRect();"
            "  return [box.left + map.plane.x[i] * k + x, box.top + map.plane.y[i] * k + y]"
            "};"
            "const settled = async (before) => {"
            "  await new Promise(requestAnimationFrame);"
            "  const now = place();"
            "  return map.waiting || String(now) !== String(before) ? settled(now) : now"
            "};"
            "map.window.scrollIntoView({block: 'center'}); return settled()",
            i,
        )

    def drag(self, *points, kind="mouse"):
        from selenium.webdriver.common.actions.action_builder import ActionBuilder
        from selenium.webdriver.common.actions.pointer_input import PointerInput

        actions = ActionBuilder(self.browser, mouse=PointerInput(kind, kind), duration=20)
        pointer = actions.pointer_action
        pointer.move_to_location(*map(round, points[0])).pointer_down()
        for point in points[1:]:
            pointer.move_to_location(*map(round, point))
        pointer.pointer_up()
        actions.perform()

    def hover(self, point):
        from selenium.webdriver.common.actions.action_builder import ActionBuilder

        actions = ActionBuilder(self.browser, duration=20)
        actions.pointer_action.move_to_location(*map(round, point))
        actions.perform()

    def downloaded(self, name):
        file = self.downloads / name
        wait_for(lambda: file.is_file() and file.stat().st_size, f"the download of {name}")
        text = file.read_text(encoding="utf-8-sig")
        file.unlink()
        return text

    def box(self):
        return self.explore(
            "const box = explorer.map.window.getBoundingClientRect();"
            "return [box.left, box.top, box.right, box.bottom]"
        )


@pytest.fixture(scope="module")
def opened(tmp_path_factory, page_file):
    folder = tmp_path_factory.mktemp("browser")
    browser = open_browser(folder)
    page = Page(browser, folder / "downloads")
    page.load(page_file.as_uri() + "#groups")
    yield page
    browser.quit()


@pytest.fixture
def page(opened):
    """The page as it is when it was just opened."""
    opened.explore(
        "document.querySelector('dialog[open]')?.close(); explorer.corrections.past.length = 0;"
        "explorer.selected.clear(); explorer.map.setMode('pan'); explorer.map.reset();"
        "explorer.setFilter({text: '', group: '', least: 0, most: 1, column: '', value: ''});"
        "explorer.corrections.load({}); explorer.corrections.markSaved();"
        "explorer.go({kind: 'groups'})"
    )
    return opened


def test_no_error_and_no_request(page):
    def severe():
        return [entry for entry in page.browser.get_log("browser") if entry["level"] == "SEVERE"]

    assert severe() == []
    events = page.browser.get_log("performance")
    messages = [json.loads(entry["message"])["message"] for entry in events]
    sent = [e["params"] for e in messages if e["method"] == "Network.requestWillBeSent"]
    # the browser's own start page makes requests too
    urls = [e["request"]["url"] for e in sent if e["documentURL"].startswith("file:")]
    assert urls
    assert all(url.startswith(("file:", "data:", "blob:")) for url in urls), urls


def test_tabs_lead_to_the_scores_and_back(page):
    page.click(".tab", "Scores")
    text = page.one("#scores").text
    assert "Accuracy of kmeans" in text and "pca8-tsne" in text and "±" in text
    assert not page.all(".explorer")
    page.click(".tab", "Method")
    assert EVIL in page.one("#method").text, "a class named <script> is text"
    page.click(".tab", "Groups")
    assert page.title() == "2 groups of 400 images"
    assert page.js("return document.querySelectorAll('script[src]').length") == 0


def test_the_back_key_leads_to_the_gallery_before(page):
    from selenium.webdriver.common.keys import Keys

    browser = page.browser
    page.click(".card h3 .link", "group 1")
    page.click(".tab", "Scores")
    browser.back()
    page.one("h2.place", "group 1: 200 images")
    browser.back()
    page.one("h2.place", "2 groups of 400 images")
    browser.forward()
    page.one("h2.place", "group 1: 200 images")
    page.click(".grid .thumb")
    browser.back()
    page.one("h2.place", "2 groups of 400 images")
    assert not page.all("dialog")
    page.click(".card h3 .link", "group 1")
    page.choose("select[aria-label='Merge this group into another']", "0")
    page.click(".tools button", "Select all")
    page.press(Keys.ESCAPE)
    page.click(".action-bar button", "Clear")
    browser.back()
    page.one("h2.place", "1 group of 400 images")
    browser.back()
    page.one("h2.place", "group 0: 400 images")
    page.one(".which select").send_keys("marked")
    assert not page.all(".explorer[data-name=plain]")
    browser.back()
    page.one("h2.place", "1 group of 400 images")
    assert page.one(".which select").get_attribute("value") == "plain"
    page.click(".views button", "All images")
    page.js("window.scrollTo(0, 2500)")
    page.explore("explorer.go({kind: 'group', group: 0})")
    wait_for(lambda: page.js("return scrollY") < 500, "the top of the group")
    page.js("window.popped = new Promise((done) => addEventListener('popstate', done))")
    browser.back()
    frames = "popped; await new Promise(requestAnimationFrame); await new Promise(setTimeout)"
    assert page.js(f"return (async () => {{ await {frames}; return scrollY }})()") == 2500


def test_tables_sort_and_copy(page):
    page.click(".tab", "Method")
    first = "return document.querySelector('#method section:nth-last-of-type(2) td').innerText"
    table = "#method section:nth-last-of-type(2) "
    before = page.js(first)
    page.click(table + "th .sort", "version")
    page.click(table + "th .sort", "version")
    assert page.one(table + "th[aria-sort]").get_attribute("aria-sort") == "descending"
    assert page.js(first) != before
    page.click(table + ".copy")
    page.one(table + ".copy", "Copied")
    page.click(".tab", "Groups")


def test_a_group_opens_with_the_surest_first_and_the_doubtful_last(page):
    page.click(".card h3 .link", "group 1")
    assert page.title().endswith("group 1: 200 images")
    listed = page.listed()
    assert listed[0] == 399 and listed[-1] == 1
    assert page.one("h3.doubtful").text == "Doubtful: 57"
    assert 0 < len(page.all(".grid .thumb")) < 200, "only what is near the window is there"
    page.choose("select[aria-label=Order]", "file")
    assert page.listed()[0] == 1


def test_a_picture_opens_large_with_what_is_like_it(page, results):
    page.click(".views button", "All images")
    page.explore("explorer.open(3, explorer.listed())")
    text = page.one("dialog").text
    assert NAMES[3] in text and "group 1" in text and "Runner-up" in text and EVIL in text
    assert "More like this" in text and "Duplicates" in text
    strips = page.all("dialog .strip")
    assert len(strips[0].find_elements("css selector", ".thumb")) == 10
    assert strips[1].find_element("css selector", ".thumb").get_attribute("title") == NAMES[7]
    shown = page.js(
        "const c = document.querySelector('dialog canvas');"
        "return Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)"
    )
    expected = results[1][3]
    assert np.abs(np.array(shown).reshape(16, 16, 4)[..., :1] - expected.astype(int)).max() <= 1
    strips[1].find_element("css selector", ".thumb").click()
    assert NAMES[7] in page.one("dialog .bar").text, "from one to what is like it"


def test_the_keyboard_goes_through_pictures_and_back(page):
    from selenium.webdriver.common.keys import Keys

    page.click(".views button", "All images")
    thumb = page.one(".grid .thumb")
    page.browser.execute_script("arguments[0].focus()", thumb)
    first = thumb.get_attribute("title")
    page.press(Keys.ARROW_RIGHT, Keys.ENTER)
    second = page.explore("return explorer.images.title(explorer.listed()[1])")
    assert second in page.one("dialog .bar").text
    page.press(Keys.ARROW_LEFT)
    assert first in page.one("dialog .bar").text
    page.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    page.click("dialog .step[aria-label='Next picture']")
    assert ", 4 of 400" in page.one("dialog .bar").text
    page.click("dialog .large")
    page.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert ", 1 of 400" in page.one("dialog .bar").text, "the keys go on, whatever was clicked"
    page.press(Keys.ESCAPE)
    wait_for(lambda: not page.all("dialog"), "the end of the large picture")
    focused = page.js("return document.activeElement.title")
    assert focused == second, "the focus is where it was"
    page.press(Keys.ARROW_DOWN)
    columns = page.explore("return explorer.grids[0].columns")
    assert page.js("return document.activeElement.title") == page.explore(
        "return explorer.images.title(explorer.listed()[arguments[1]])", 1 + columns
    )


def test_the_focus_goes_back_to_the_picture_nearest_to_one_that_is_gone(page):
    from selenium.webdriver.common.keys import Keys

    page.click(".card h3 .link", "group 1")
    first, second = page.listed()[:2]
    page.click(f".grid .thumb[title='{NAMES[first]}']")
    page.choose("dialog select", "0")
    page.press(Keys.ESCAPE)
    wait_for(lambda: not page.all("dialog"), "the end of the large picture")
    assert page.js("return document.activeElement.title") == NAMES[second]


def test_from_what_is_like_a_picture_there_is_a_way_back(page):
    page.click(".views button", "All images")
    page.explore("explorer.open(3, explorer.listed())")
    assert not page.all("dialog .back-to")
    page.all("dialog .strip")[1].find_element("css selector", ".thumb").click()
    page.click("dialog .step[aria-label='Next picture']")
    page.click("dialog .back-to", "‹ Back to 猫 003.jpg")
    bar = page.one("dialog .bar").text
    assert NAMES[3] in bar and " of 400" in bar and not page.all("dialog .back-to")


def test_a_gallery_is_one_stop_of_the_tab_key(page):
    from selenium.webdriver.common.keys import Keys

    page.click(".views button", "All images")
    assert page.js("return document.activeElement.matches('h2.place')"), "a view has the focus"
    stops = (
        "const stops = [...explorer.gallery.querySelectorAll('.thumb, .pick')]"
        ".filter(({tabIndex}) => tabIndex >= 0); return stops"
    )
    n_stops = f"{stops}.length"
    assert page.explore(n_stops) == 1
    page.browser.execute_script("arguments[0].focus()", page.one(".grid .thumb"))
    page.press(Keys.ARROW_RIGHT, Keys.SPACE)
    second = page.listed()[1]
    assert page.explore("return [...explorer.selected]") == [second]
    assert not page.all("dialog"), "Enter opens, Space selects"
    assert page.explore(f"{stops}[0].title") == NAMES[second]
    page.press(Keys.SPACE, Keys.TAB)
    assert not page.js("return Boolean(document.activeElement.closest('.grid'))")
    page.js("window.scrollTo(0, document.body.scrollHeight)")
    wait_for(lambda: page.explore(n_stops) == 1, "a stop among those that are in sight")
    page.click(".views button", "Groups")
    assert page.explore(n_stops) == 2, "one of each group"
    page.browser.execute_script("arguments[0].focus()", page.one(".card .thumb"))
    page.press(Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_UP)
    titles = page.explore(TITLES)
    assert page.js("return document.activeElement.title") == titles[1]


def test_a_card_shows_one_picture_of_a_set_of_duplicates(page):
    shown = page.explore(
        "explorer.images.arrays.typicality[3] = explorer.images.arrays.typicality[7] = 65535;"
        "explorer.show();" + TITLES
    )
    assert NAMES[3] in shown and NAMES[7] not in shown and len(shown) == 24


def test_pictures_moved_by_hand_have_no_votes(page):
    page.explore("explorer.corrections.move([0, 2, 5], null); explorer.corrections.move([4], 1)")
    said = [e.text for e in page.all(".card header .faint")]
    assert said[2] == "3 images, by hand"
    votes = "const v = [...Array(200).keys()].map((k) => explorer.images.confidence(2 * k + 1));"
    mean = page.explore(votes + "return (v.reduce((a, b) => a + b) - v[2]) / 199")
    assert said[1] == f"200 images, mean confidence {round(100 * mean)} %, 1 by hand"
    page.click(".card h3 .link", "group 1")
    assert page.one("h3", "By hand").text == "By hand: 1" and page.listed()[-1] == 4
    page.explore("explorer.open(4, explorer.listed())")
    assert "Confidence\nby hand" in page.one("dialog dl").text
    label = page.explore("return explorer.grids.at(-1).make(4).querySelector('.thumb').ariaLabel")
    assert label == f"{NAMES[4]}, group 1, by hand"


def test_a_gallery_is_printed_whole(page):
    page.click(".views button", "All images")
    items = "return explorer.gallery.querySelectorAll('.item').length"
    few = page.explore(items)
    page.js("window.dispatchEvent(new Event('beforeprint'))")
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert few < 200 and page.explore(items) == N
        last = page.explore(
            "const item = [...explorer.gallery.querySelectorAll('.item')].at(-1), "
            "name = item.querySelector('.pickable');"
            "return [getComputedStyle(name, '::after').content, item.previousSibling.offsetTop <= "
            "item.offsetTop, item.querySelector('.thumb').style.backgroundImage.slice(0, 9)]"
        )
        assert last == [f'"{NAMES[page.listed()[-1]]}"', True, 'url("blob']
    finally:
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        page.js("window.dispatchEvent(new Event('afterprint'))")
    wait_for(lambda: page.explore(items) == few, "what the window needs")


def test_the_page_is_loaded_only_once_its_content_is_there(page, page_file):
    """A browser without a window prints as soon as it is: chromium --headless --print-to-pdf."""
    slow = (
        "const {arrayBuffer} = Response.prototype;"
        "Response.prototype.arrayBuffer = async function () {"
        "  await new Promise((done) => setTimeout(done, 500)); return arrayBuffer.call(this)"
        "};"
        "addEventListener('load', () => { window.atLoad = Object.keys(aecluster.explorers) })"
    )
    add, remove = (f"Page.{does}ScriptToEvaluateOnNewDocument" for does in ("add", "remove"))
    added = page.browser.execute_cdp_cmd(add, {"source": slow})
    try:
        page.load(page_file.as_uri() + "#groups")
    finally:
        page.browser.execute_cdp_cmd(remove, added)
    assert page.js("return atLoad") == ["marked"], "the data set that is shown first"
    assert not page.all("iframe")


def test_a_cleared_selection_leads_back_to_where_it_was_begun(page):
    page.click(".views button", "Quality (0)")
    page.click(".views button", "Outliers")
    page.click(".tools button", "Select all")
    assert page.title().endswith("Selection: 40 images")
    page.click(".action-bar button", "Clear")
    assert "farthest from all" in page.title()


def test_the_bars_hide_no_picture_at_the_end_of_the_page(page):
    page.click(".views button", "All images")
    page.explore("explorer.corrections.rename(0, 'odd'); explorer.toggle(3, false)")
    bars = page.one(".bars").rect
    page.js("return new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    page.js("window.scrollTo(0, document.documentElement.scrollHeight)")
    low, top = page.js(
        EXPLORER + "return [explorer.grids[0].element.getBoundingClientRect().bottom,"
        "explorer.bars.getBoundingClientRect().top]"
    )
    assert bars["height"] > 80 and low <= top


def test_the_map_says_what_its_colours_mean_and_names_the_groups(page):
    buttons = [button.text for button in page.all(".map .buttons button")]
    assert buttons == ["Pan", "Lasso", "Box", "+", "−", "All"]
    assert not page.all(".legend")
    named = "return explorer.map.named"
    page.explore("explorer.corrections.rename(1, 'right half')")
    wait_for(lambda: page.explore(named) == ["group 0", "right half"], "names")
    colours = "select[aria-label='Colours of the map']"
    page.choose(colours, "confidence")
    assert page.one(".legend").text.split("\n") == ["sure: 100 %", "0 %"]
    page.explore("explorer.corrections.move([4], 1)")
    assert "✖ by hand" in page.one(".legend").text
    page.choose(colours, "outlier")
    assert "far from all" in page.one(".legend").text
    page.choose(colours, "column1")
    assert page.one(".legend").text.split("\n") == ["0", "399"], "the prices"
    page.choose(colours, "group")
    assert not page.all(".legend")
    page.click(".views button", "Few or many")
    wait_for(lambda: page.explore(named) == [], "a map of parts without names of groups")


def test_a_filter_narrows_galleries_and_map(page):
    page.type(".filters input[type=search]", "猫 00")
    assert page.title() == "2 groups of 13 images", "both parts are in the name"
    assert page.explore("return explorer.map.lit.reduce((a, b) => a + b)") == 13
    page.choose(".filters select[aria-label=Column]", "price")
    page.type(".filters input[aria-label='price from']", "4")
    assert page.title() == "2 groups of 9 images"
    page.choose(".filters select[aria-label=Column]", EVIL)
    page.choose(f".filters select[aria-label='Value of {EVIL}']", EVIL)
    assert page.title() == "1 group of 8 images", "one column at a time"
    page.click(".filters button", "Clear")
    page.choose(".filters select[aria-label=Group]", "0")
    page.type(".filters input[aria-label='Confidence sure from in percent']", "90\n")
    page.one("h2.place", "1 group of ")
    page.click(".views button", "All images")
    confidence = page.explore("return explorer.listed().map((i) => explorer.images.confidence(i))")
    assert min(confidence) > 0.89


def test_outliers_duplicates_and_quality_have_galleries(page):
    page.click(".views button", "Outliers")
    outlier = page.explore("return explorer.listed().map((i) => explorer.images.arrays.outlier[i])")
    assert outlier == sorted(outlier, reverse=True) and len(outlier) == 40, "a tenth"
    assert page.title().endswith("40 of 400 images, farthest from all others first")
    distance = page.explore("return Array.from(explorer.images.arrays.distance)")
    low, high = np.quantile(distance, [0.25, 0.75])
    n_far = int((np.array(distance) > high + 1.5 * (high - low)).sum())
    far = page.one(".gallery h3", "Far from all").text
    assert far == f"Far from all others: {n_far}" and 0 < n_far < 40
    assert float(page.one(".grid .said").text) == pytest.approx(max(distance), rel=0.01)
    page.click(".grid .thumb")
    assert "Outlier\n1 of 400" in page.one("dialog dl").text
    page.click("dialog .close")
    page.choose(".filters select[aria-label=Group]", "0")
    assert page.title().endswith("40 of the 200 images that fit, farthest from all others first")
    page.click(".filters button", "Clear")
    page.click(".views button", "Near duplicates (1)")
    assert {e.get_attribute("title") for e in page.all(".set .thumb")} == {NAMES[3], NAMES[7]}
    assert [e.text for e in page.all(".set .said")] == ["16 × 16", "32 × 16"]
    page.click(".tools button", "Select all but one")
    assert page.title().endswith("Selection: 1 image") and page.listed() == [3]
    page.click(".views button", "Near duplicates (1)")
    assert [e.text for e in page.all(".set .said")] == ["16 × 16", "32 × 16 kept"], "most pixels"
    page.click(".set .thumb")
    assert "Size\n16 × 16" in page.one("dialog dl").text
    page.click("dialog .close")
    page.click(".action-bar button", "Clear")
    assert [e.text for e in page.all(".set .said")] == ["16 × 16", "32 × 16"]
    page.click(".views button", "Quality (0)")
    assert "No image fits" in page.one(".gallery").text


def test_a_flag_of_many_images_is_folded_below_the_rare_ones(page):
    page.explore(
        "explorer.images.arrays.quality.fill(1, 0, 60); explorer.images.arrays.quality[8] = 3;"
        "explorer.images.arrays.quality[300] = 4; explorer.counts = null; explorer.show()"
    )
    try:
        page.click(".views button", "Quality (2)")
        assert page.title().endswith("2 images of doubtful quality")
        titles = [e.text for e in page.all("details.flag summary")]
        assert titles == ["bright: 1 image", "blurry: 1 image", "dark: 60 images, 15 % of all"]
        assert page.listed() == [8, 300]
        assert page.explore("return explorer.map.lit.reduce((a, b) => a + b)") == 2
        page.click("details.flag summary", "dark")
        page.one(".flag .faint", "more about the whole set")
        wait_for(lambda: len(page.all("details.flag .thumb")) > 2, "the folded gallery")
        assert page.listed() == [8, 300, *range(60)]
        page.click(".flag .tools button", "Select all")
        assert page.title().endswith("Selection: 60 images")
        page.type(".filters input[type=search]", "猫 000")
        page.click(".views button", "Quality (2)")
        assert [e.text for e in page.all("details.flag summary")] == [
            "dark: 1 of 60 images, 15 % of all"
        ]
    finally:
        page.explore("explorer.images.arrays.quality.fill(0); explorer.counts = null")


def test_pointing_at_a_point_shows_it_and_a_click_opens_it(page):
    plane = page.explore(
        "return [Array.from(explorer.map.plane.x), Array.from(explorer.map.plane.y)]"
    )
    points = np.array(plane).T
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    lonely = int(distances.min(1).argmax())
    page.hover(page.at(lonely))
    assert NAMES[lonely] in page.one(".tip").text
    page.drag(page.at(lonely))
    assert NAMES[lonely] in page.one("dialog .bar").text


def test_a_pointer_that_rests_shows_what_the_map_brings_under_it(page):
    x = page.explore("return Array.from(explorer.map.plane.x)")
    leftmost = x.index(min(x))  # not below what is said of corrections, at the right
    place = page.at(leftmost)
    page.explore("const {map} = explorer; map.zoom.translateBy(map.target, 2 * map.width, 0)")
    page.hover(place)
    page.at(leftmost)
    assert not page.all(".tip")
    page.explore("explorer.map.reset()")
    assert NAMES[leftmost] in page.one(".tip").text
    page.explore("explorer.corrections.rename(0, 'odd')")
    page.one(".tip", "odd")


def test_a_lasso_selects_names_and_exports(page):
    page.click(".map button", "Lasso")
    page.at(0)
    left, top, right, bottom = page.box()
    middle = (left + right) / 2
    page.drag((left + 3, top + 3), (middle, top + 3), (middle, bottom - 3), (left + 3, bottom - 3))
    page.one("h2.place", "Selection: 200 images")
    assert sorted(page.listed()) == list(range(0, 400, 2)), "the left half is group 0"
    lit = page.explore("return Array.from(explorer.map.lit)")
    assert lit == [1, 0] * 200, "the rest is grey"
    page.type(".action-bar input", "left half")
    page.click(".action-bar .tagging button")
    page.click(".action-bar button", "Export CSV")
    rows = page.downloaded("plain-selection.csv").splitlines()
    assert len(rows) == 201 and rows[1].split(",")[1] == NAMES[0] and ",left half," in rows[1]
    page.click(".action-bar button", "Export list")
    assert page.downloaded("plain-selection.txt").splitlines() == NAMES[::2]
    page.click(".action-bar button", "Clear")
    page.click(".views button", "left half (200)")
    assert page.title().endswith("left half: 200 images")


def test_few_or_many_parts_are_looked_at_and_one_becomes_a_group(page):
    from selenium.webdriver.common.keys import Keys

    page.click(".views button", "Few or many")
    assert page.title().endswith("Few or many: 4 parts"), "twice as many as groups"
    level = page.one("input[type=range]")
    level.send_keys(Keys.HOME)
    page.one("h2.place", "2 parts")
    said = {e.text for e in page.all(".card .faint")}
    assert said == {"200 images, 100 % in group 0", "200 images, 100 % in group 1"}
    page.press(Keys.ARROW_RIGHT)  # the focus has stayed where it was
    page.one("h2.place", "3 parts")
    page.one("input[type=range]").send_keys(Keys.HOME)
    page.one("h2.place", "2 parts")
    swatches = [e.value_of_css_property("color") for e in page.all(".card .symbol")]
    assert len(set(swatches)) == 2
    page.click(".card h3 .link", "part 1")
    assert page.title().endswith("part 1 of 2: 200 images")
    [group] = {i % 2 for i in page.listed()}
    lit = page.explore("return Array.from(explorer.map.lit)")
    assert lit == [int(i % 2 == group) for i in range(N)]
    page.click(".tools button", "Select all")
    page.choose(".action-bar select", "new")
    assert page.title().endswith("group 2: 200 images")


def test_a_box_and_a_shift_drag_select_too(page):
    from selenium.webdriver.common.keys import Keys

    page.click(".map button", "Box")
    page.at(0)
    left, top, right, bottom = page.box()
    page.drag(((left + right) / 2, top + 2), (right - 2, bottom - 2))
    page.one("h2.place", "Selection: 200 images")
    page.press(Keys.ESCAPE)
    assert page.group() == [0, 1] * 200, "selecting corrects nothing"


def test_a_wheel_zooms_until_pictures_are_seen_and_all_goes_back(page):
    from selenium.webdriver.common.action_chains import ActionChains, ScrollOrigin

    element = page.one(".map .window")
    page.at(0)
    origin = ScrollOrigin.from_element(element)
    assert page.explore("return explorer.map.pictures.length") == 0
    for _ in range(8):
        ActionChains(page.browser).scroll_from_origin(origin, 0, -300).perform()
    wait_for(lambda: page.explore("return explorer.map.view.k") > 4, "the zoom")
    page.explore(
        "const {map} = explorer;map.zoom.translateTo(map.target, map.width / 4, map.height / 2)"
    )
    wait_for(lambda: page.explore("return explorer.map.pictures.length"), "pictures as points")
    page.click(".map button", "All")
    wait_for(lambda: page.explore("return explorer.map.view.k") == 1, "the whole map")


def test_colours_of_groups_are_the_same_everywhere(page):
    swatch = page.one(".card .symbol").value_of_css_property("color")
    assert swatch in ("rgba(0, 114, 178, 1)", "rgb(0, 114, 178)")
    colour = page.explore("return Array.from(explorer.map.painter.looks[0].slice(0, 3))")
    assert colour == [0, 114, 178]
    page.choose("select[aria-label='Colours of the map']", "confidence")
    assert page.explore("return Array.from(explorer.map.painter.looks[0].slice(0, 3))") != colour
    page.choose("select[aria-label='Colours of the map']", "group")


def test_another_plane_moves_the_points(page):
    x = "return Array.from(explorer.map.plane.x.slice(0, 9))"
    before = page.explore(x)
    page.choose("select[aria-label='Plane of the map']", "1")
    assert page.explore(x) != before
    page.choose("select[aria-label='Plane of the map']", "0")
    assert page.explore(x) == before


def test_corrections_are_downloaded_and_can_be_undone(page):
    page.click(".card h3 .link", "group 0")
    page.type(".tools input[aria-label='Name of this group']", f"{EVIL} 山\n")
    page.one("h2.place", EVIL)
    page.choose("select[aria-label='Merge this group into another']", "1")
    page.one("h2.place", "group 1: 400 images")
    page.click(".save-bar button", "Undo")
    assert page.group() == [0, 1] * 200
    page.click(".views button", "Groups")
    page.browser.execute_script("arguments[0].click()", page.one(".card .pick"))
    page.choose(".action-bar select", "1")
    moved = [i for i, group in enumerate(page.group()) if group != i % 2]
    assert len(moved) == 1
    page.click(".save-bar button", "Save")
    saved = json.loads(page.downloaded("corrections.json"))
    assert saved["moved"] == {str(moved[0]): 1} and saved["names"] == {"0": f"{EVIL} 山"}
    said = page.one(".save-bar").text
    assert "Put corrections.json into results/plain/" in said
    assert "make run" in said and "make show" in said


def test_corrections_and_undo_are_there_after_a_reload_saved_or_not(page, page_file):
    names = "return [0, 1].map((group) => explorer.corrections.nameOf(group))"
    page.explore("explorer.corrections.rename(0, 'saved')")
    page.click(".save-bar button", "Save")
    page.downloaded("corrections.json")
    page.explore("explorer.corrections.rename(1, 'kept')")
    page.load(page_file.as_uri() + "#groups")
    assert page.explore(names) == ["saved", "kept"] and page.one(".save-bar", "not saved yet")
    page.click(".save-bar button", "Undo")
    assert page.explore(names) == ["saved", "group 1"] and page.one(".save-bar", "are saved")
    page.load(page_file.as_uri() + "#groups")
    assert page.explore(names) == ["saved", "group 1"], "what is saved may not be in the page yet"
    page.click(".save-bar button", "Undo")
    assert page.explore(names) == ["group 0", "group 1"]
    page.load(page_file.as_uri() + "#groups")
    assert page.one(".save-bar", "not saved yet"), "what is undone is in the file still"


def test_a_phone_shows_the_page_without_sideways_scrolling(page):
    phone = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        time.sleep(0.5)
        for tab in ("Scores", "Models", "Method", "Groups"):
            page.click(".tab", tab)
            assert page.js("return document.documentElement.scrollWidth") <= 390, tab
        page.click(".views button", "All images")
        thumbs = [thumb.rect for thumb in page.all(".grid .thumb")]
        edge = max(thumb["x"] + thumb["width"] for thumb in thumbs)
        assert 370 < edge <= 378, "rows of pictures fill the screen"
        page.click(".views button", "Groups")
        page.click(".card .thumb")
        box = page.one("dialog").rect
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        page.click("dialog .close")
        page.explore("explorer.corrections.rename(0, 'kept')")
        bar, header = page.one(".save-bar").rect, page.one(".top").rect
        assert bar["y"] >= header["y"] + header["height"], "nothing hides what is to be saved"
        page.explore("explorer.toggle(3, false)")
        assert page.one(".action-bar") and not page.all(".save-bar"), "one bar at a time"
    finally:
        page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_dark_page_is_dark(page):
    page.click(".theme", "Dark")
    assert page.js("return getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 28)"
    page.click(".theme", "Light")


def test_the_map_is_drawn_without_webgl(tmp_path, page_file):
    browser = open_browser(tmp_path, "--disable-webgl", "--disable-3d-apis")
    try:
        page = Page(browser, tmp_path)
        page.load(page_file.as_uri() + "#groups")
        assert page.explore("return explorer.map.painter.kind") == "canvas"
        wait_for(lambda: page.explore("return explorer.map.seconds"), "the drawing")
        drawn = page.explore(
            "const {points} = explorer.map; const {data} = points.getContext('2d')"
            ".getImageData(0, 0, points.width, points.height); return data.some((v) => v > 0)"
        )
        assert drawn
        assert [e for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []
    finally:
        browser.quit()


def test_a_served_page_saves_corrections_and_the_next_page_has_them(tmp_path, results, page_file):
    folder, _, datasets = results
    server = PageServer(folder, {})
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    browser = open_browser(tmp_path)
    saved = folder / "plain/corrections.json"
    try:
        page = Page(browser, tmp_path)
        page.load(server.url + "#groups")
        page.explore("explorer.corrections.rename(1, 'odd'); explorer.corrections.move([0, 2], 1)")
        page.click(".save-bar button", "Save")
        page.one(".save-bar", "Saved as results/plain/corrections.json")
        assert json.loads(saved.read_text())["moved"] == {"0": 1, "2": 1}
        again = [datasets[0], {**datasets[1], "corrections": saved}]
        save_text(page_file, make_page(folder, again))
        page.load(server.url + "#groups")
        assert page.group()[:4] == [1, 1, 1, 1]
        assert page.one(".card h3", "odd") and not page.all(".save-bar")
        assert [e for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []
    finally:
        browser.quit()
        server.shutdown()
        server.server_close()
        saved.unlink(missing_ok=True)
