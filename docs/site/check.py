"""Looks at every page of the site in headless Chromium: check.py SITE [SCREENSHOTS]"""

import collections
import pathlib
import re
import sys
import time
import urllib.parse

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

READERS = {"desk": (1280, 900, "light"), "phone": (360, 780, "dark")}
READABLE = 9  # the least size of letters in pictures, in pixels
SEARCHES = {"hardness_for_gate_tol": "namespacehardgate.html#", "SE-GEM": "se-gem.html", "Accuracy": "namespacehardgate.html#",
            "pi": "namespacehardgate.html#", "GatedUnit": "classhardgate_1_1GatedUnit.html"}

# What is wrong with the page that is shown; null while formulas are still being set.
LOOK = """
if (window.MathJax && !(MathJax.Hub && MathJax.isReady && MathJax.Hub.queue.pending === 0 && !MathJax.Hub.queue.running))
  return null;
const wrong = [], root = document.documentElement, width = arguments[0];
if (document.body.innerText.length < 80) wrong.push('hardly any text');
if (root.scrollWidth > width) {
  const wide = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > width + 1);
  wrong.push(`${root.scrollWidth} pixels wide of ${width}: ${wide.slice(0, 3).map(e => e.tagName + '.' + e.className)}`);
}
for (const image of document.images)
  if (!image.complete || image.naturalWidth === 0 || !image.width || !image.alt && !image.closest('#MSearchBox'))
    wrong.push('no picture, or no words for it: ' + image.src);
for (const image of document.querySelectorAll('.contents img:not(.inherit_header img)'))
  wrong.push(['picture', image.src, image.width]);
if (document.querySelector('.contents object, .contents embed')) wrong.push('a picture that is white in the dark');
const mistake = node => node.type === 'merror' || node.texError || (node.data || []).some(n => n && mistake(n));
for (const formula of document.querySelectorAll('script[type^="math/tex"]')) {
  const drawn = document.getElementById(formula.id + '-Frame');
  if (!drawn?.querySelector('svg') || drawn.getBoundingClientRect().width < 3 || mistake(MathJax.Hub.getJaxFor(formula).root))
    wrong.push('no formula ' + formula.text);
}
if (/\\\\f[$\\[\\]]|\\\\\\[|\\\\ilinebr/.test(document.querySelector('.contents').innerText)) wrong.push('markup shows');
const light = colour => {
  const [r, g, b] = colour.match(/[\\d.]+/g).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
};
const paper = light(getComputedStyle(document.body).backgroundColor);
for (const element of document.querySelectorAll('.contents p, .contents a, .contents td, .contents h1, .contents h2, .title')) {
  const ink = light(getComputedStyle(element).color);
  if (element.innerText && Math.max(ink, paper) / Math.min(ink, paper) < 4.5) {
    wrong.push('hard to read: ' + element.innerText.slice(0, 40));
    break;
  }
}
for (const link of document.querySelectorAll('.contents a[href], #main-nav a[href]'))
  if (link.protocol === 'file:') wrong.push(['link', decodeURIComponent(link.pathname), decodeURIComponent(link.hash.slice(1))]);
return [wrong];
"""


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for option in ("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync",
                   "disable-background-networking", "disable-component-update", "hide-scrollbars"):
        options.add_argument("--" + option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    return None


def look_at(driver, page, width, texts):
    driver.get(page.as_uri())
    found = wait_for(lambda: driver.execute_script(LOOK, width))
    if found is None:
        return ["formulas are not finished"]
    found = found[0]
    wrong = [what for what in found if isinstance(what, str)]
    for _, source, wide in (what for what in found if what[0] == "picture"):
        picture = pathlib.Path(urllib.parse.unquote(urllib.parse.urlparse(source).path))
        drawing = picture.read_text(encoding="utf-8")
        sizes = collections.Counter(re.findall(r'font-size="([\d.]+)"', drawing))
        drawn = re.search(r'viewBox="0 0 ([\d.]+)', drawing)
        letters = float(sizes.most_common(1)[0][0]) * wide / float(drawn[1]) if sizes else READABLE  # of most of its words
        if letters < READABLE:
            wrong.append(f"{picture.name}: letters of {letters:.1f} pixels, too small to read")
        if "prefers-color-scheme" not in drawing:
            wrong.append(f"{picture.name}: the same in the light and in the dark")
    for _, path, anchor in (what for what in found if what[0] == "link"):
        target = pathlib.Path(path)
        if not target.is_file():
            wrong.append(f"link to {target.name}, which is not there")
        elif anchor:
            if target not in texts:
                texts[target] = target.read_text(encoding="utf-8")
            if f'"{anchor}"' not in texts[target]:
                wrong.append(f"link to {target.name}#{anchor}, which is not there")
    wrong += [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    return wrong


def search(driver, site, words, target):
    """Types the words, takes the first result, and ends on the page that has it."""
    driver.get((site / "index.html").as_uri())
    field = driver.find_element(By.ID, "MSearchField")
    field.click()
    field.send_keys(words)

    def shown(kind):
        driver.switch_to.default_content()
        driver.switch_to.frame("MSearchResults")  # anew, since its document is replaced as one types
        return [a for a in driver.find_elements(By.CSS_SELECTOR, f"a.{kind}") if a.is_displayed()]

    found = wait_for(lambda: shown("SRSymbol"))
    if not found:
        return [f"nothing found for {words}"]
    if found[0].get_attribute("href").startswith("javascript"):  # several of one name, folded
        found[0].click()
        found = shown("SRScope")
    found[0].click()
    driver.switch_to.default_content()
    driver.get_log("browser")  # from a folder, unlike from a server, the frame may not call the page back: forget that
    return [] if wait_for(lambda: target in driver.current_url) else [f"search for {words} led to {driver.current_url}"]


def main():
    site = pathlib.Path(sys.argv[1]).resolve()
    screenshots = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    pages = sorted(page for page in site.glob("*.html") if not page.name.startswith("dir_"))
    passed, failed, texts = 0, 0, {}
    driver = browser()
    try:
        for reader, (width, height, scheme) in READERS.items():
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                "width": width, "height": height, "deviceScaleFactor": 1, "mobile": reader == "phone"})
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "features": [{"name": "prefers-color-scheme", "value": scheme}]})
            results = []
            for page in pages:
                results.append((page.name, look_at(driver, page, width, texts)))
                if screenshots:
                    driver.save_screenshot(str(screenshots / f"{reader}-{page.stem}.png"))
            results += [(f"search for {words}", search(driver, site, words, target)) for words, target in SEARCHES.items()]
            for name, wrong in results:
                passed, failed = passed + (not wrong), failed + bool(wrong)
                for what in wrong:
                    print(f"{reader}, {name}: {what}")
    finally:
        driver.quit()
    print(f"{passed} passed, {failed} failed")
    return failed > 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main())
