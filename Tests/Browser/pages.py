#!/usr/bin/env python3
"""Looks at the service's pages in headless Chromium, as a person would, and says what is wrong with them.

    pages.py URL DATABASE SCREENSHOTS PATH...

The first path must be that of the queue, and the queue must have a package `bash` that is ready. Each page is looked at
wide and light, and narrow and dark; a picture of each is written into the folder SCREENSHOTS.
"""

import base64
import pathlib
import re
import sqlite3
import sys
import tempfile

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

# The least contrast of the text on a page with what is behind it, by WCAG 2 (4.5 is enough for level AA).
LEAST_CONTRAST = """
const channels = (colour) => (colour.match(/[0-9.]+/g) || []).map(Number);
const light = (colour) => {
  const [red, green, blue] = channels(colour).map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (channels(colour)[3] !== 0) return colour;
  }
  return "rgb(255, 255, 255)";
};
let least = [21, ""];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest(".unseen, svg, .skip")) continue;
  const [a, b] = [light(getComputedStyle(element).color), light(behind(element))].sort((x, y) => y - x);
  const contrast = (a + 0.05) / (b + 0.05);
  if (contrast < least[0]) least = [contrast, element.outerHTML.slice(0, 120)];
}
return least;
"""


class Browser:
    """A Chromium of its own, which reaches nothing but what it is told to."""

    def __init__(self, url: str, profile: str, pictures: pathlib.Path):
        self.url, self.pictures, self.faults = url, pictures, []
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in (
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
            f"--user-data-dir={profile}",
        ):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))

    def expect(self, holds: bool, sentence: str) -> None:
        if not holds:
            self.faults.append(sentence)

    def show(self, width: int, scheme: str) -> None:
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def open(self, path: str) -> None:
        self.driver.get(self.url + path)

    def say_what_it_says(self, where: str) -> None:
        """Whatever the browser complains of, such as something that the page's policy forbids, is a fault."""
        for entry in self.driver.get_log("browser"):
            self.expect(False, f"{where}: the browser says: {entry['level']} {entry['message']}")

    def take_picture(self, name: str) -> None:
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        (self.pictures / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))

    def wait(self, condition: str) -> None:
        WebDriverWait(self.driver, 60, 0.05).until(lambda driver: driver.execute_script(f"return {condition}"))

    def press(self, *keys: str) -> None:
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()


def look_at(browser: Browser, path: str) -> None:
    """A page in two widths and two colours."""
    browser.show(1200, "light")
    browser.open(path)
    name = "-".join(re.findall("[a-z0-9]+", path))[:40] or "queue"
    grounds = []
    for width, scheme in ((1200, "light"), (360, "dark")):
        browser.show(width, scheme)
        where = f"{path} ({width}, {scheme})"
        scroll = browser.driver.execute_script("return document.documentElement.scrollWidth")
        browser.expect(scroll <= width, f"{where}: it is {scroll} wide")
        contrast, element = browser.driver.execute_script(LEAST_CONTRAST)
        browser.expect(contrast >= 4.5, f"{where}: the contrast is {contrast:.2f} in {element}")
        grounds.append(browser.driver.execute_script("return getComputedStyle(document.body).backgroundColor"))
        browser.take_picture(f"{name}-{width}-{scheme}")
    browser.expect(grounds[0] != grounds[1], f"{path}: dark and light have the same ground")
    title = browser.driver.title
    browser.expect("owned" not in title, f"{path}: a package's words were obeyed: {title}")
    strange = browser.driver.execute_script("return document.querySelectorAll('main script, main img').length")
    browser.expect(strange == 0, f"{path}: {strange} elements of a package's making")
    browser.say_what_it_says(path)


def walk_by_keyboard(browser: Browser) -> None:
    """From the queue to a package with nothing but keys."""
    driver = browser.driver
    browser.show(1200, "light")
    browser.open("/")
    browser.press(Keys.TAB)
    skip = driver.switch_to.active_element
    browser.expect(skip.get_attribute("class") == "skip" and skip.rect["y"] >= 0, "the first tab shows no way to skip")
    browser.press(Keys.ENTER)
    browser.wait("document.activeElement.id === 'content'")
    for _ in range(40):
        browser.press(Keys.TAB)
        active = driver.switch_to.active_element
        outline = active.value_of_css_property("outline-style")
        browser.expect(outline != "none", f"the focus is not seen on {active.tag_name} {active.text}")
        if active.get_attribute("name") == "name":
            break
    browser.press("hello", Keys.ENTER)
    browser.wait("location.search.includes('name=hello')")
    rows = driver.find_elements(By.CSS_SELECTOR, "tbody tr")
    browser.expect(len(rows) == 1, f"the filter leaves {len(rows)} rows")
    for _ in range(40):
        browser.press(Keys.TAB)
        if driver.switch_to.active_element.text == "hello":
            break
    browser.press(Keys.ENTER)
    browser.wait("location.pathname.startsWith('/submissions/')")
    browser.expect("hello" in driver.find_element(By.TAG_NAME, "h1").text, "the package's page has no heading of it")
    browser.say_what_it_says("keyboard")


def stay_live(browser: Browser, database: str) -> None:
    """A page that is open takes over what changes, without being loaded again; and works without its script."""
    browser.open("/?name=bash")
    driver = browser.driver
    driver.execute_script("window.stays = 'yes'")
    with sqlite3.connect(database, timeout=5) as store:
        store.execute("UPDATE target SET state = 'withdrawn', person = 'alice' WHERE name = 'bash'")
    store.close()
    driver.execute_script("document.dispatchEvent(new Event('visibilitychange'))")
    browser.wait("document.querySelector('tbody .state').textContent.trim() === 'withdrawn'")
    browser.expect(driver.execute_script("return window.stays") == "yes", "the page was loaded again")
    browser.say_what_it_says("live")
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.open("/?name=bash")
    browser.expect("withdrawn" in driver.find_element(By.CSS_SELECTOR, "tbody .state").text, "no script, no page")
    browser.expect(not driver.find_element(By.ID, "live").is_displayed(), "it promises to be live without a script")
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def main() -> None:
    url, database, pictures, *paths = sys.argv[1:]
    folder = pathlib.Path(pictures)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(url, profile, folder)
        try:
            for path in paths:
                look_at(browser, path)
            walk_by_keyboard(browser)
            stay_live(browser, database)
        finally:
            browser.driver.quit()
    print("\n".join(browser.faults), end="")
    sys.exit(1 if browser.faults else 0)


if __name__ == "__main__":
    main()
