package io.gpuinfer.samples.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.interactions.Actions;

/** On a phone, by keyboard, in the dark, in two tabs, and left open. */
class DashboardUseTest extends BrowserTest {

  private static final int SAMPLES_OF_AN_HOUR = 3600;

  @Test
  void fitsAPhone() {
    browser.resize(390);
    page.until("the width", p -> p.run("return innerWidth").equals(390L));
    page.run("document.querySelectorAll('details').forEach(d => { d.open = true; })");

    assertThat(page.run("return document.documentElement.scrollWidth"))
        .isEqualTo(page.run("return document.documentElement.clientWidth"));
    // Nor is anything cut off that does not scroll by itself.
    assertThat(
            (List<?>)
                page.run(
                    "return [...document.querySelectorAll('main *')].filter(e =>"
                        + " e.getBoundingClientRect().right > 390.5 && !e.closest('.hidden,"
                        + " thead')).map(e => e.outerHTML.slice(0, 120))"))
        .isEmpty();
  }

  @Test
  void looksAsTheSystemPrefers() {
    browser.prefer("light");
    String light = colours();
    browser.prefer("dark");
    String dark = colours();
    browser.prefer("");

    assertThat(light).isNotEqualTo(dark);
    assertThat(light).startsWith("rgb(244, 245, 247)");
    assertThat(dark).startsWith("rgb(18, 22, 28)");
  }

  @Test
  @SuppressWarnings("unchecked")
  void isWalkedByKeyboard() {
    // In the order of the page; of radio buttons, the chosen one.
    long stops =
        (Long)
            page.run(
                "window.stops = [...document.querySelectorAll('a, button, select, input, textarea,"
                    + " summary, [tabindex=\"0\"]')].filter(e => !e.disabled &&"
                    + " e.checkVisibility() && (e.type !== 'radio' || e.checked));"
                    + "return window.stops.length");
    assertThat(stops).isGreaterThan(20);
    for (long stop = 0; stop < stops; stop++) {
      press(Keys.TAB);
      Map<String, Object> at =
          (Map<String, Object>)
              page.run(
                  "const e = document.activeElement;"
                      + "return {stop: window.stops.indexOf(e), html: e.outerHTML.slice(0, 80),"
                      + " outline: getComputedStyle(e).outlineStyle,"
                      + " label: e.getAttribute('aria-label') || e.labels?.[0]?.textContent"
                      + "   || e.textContent}");
      assertThat(at.get("stop")).as("place in the order of %s", at).isEqualTo(stop);
      assertThat(at.get("outline")).as("focus of %s", at).isNotEqualTo("none");
      assertThat((String) at.get("label")).as("label of %s", at).isNotBlank();
    }

    page.run("document.querySelector('input[value=requests]').focus()");
    press(Keys.ARROW_RIGHT);
    assertThat(page.find("input[value=time]").isSelected()).isTrue();
    page.run("document.querySelector('#charts summary').focus()");
    press(Keys.ENTER);
    page.until("the chart as a table", p -> !p.table("#charts details[open]").isEmpty());
  }

  @Test
  void isOpenInTwoTabs() {
    String first = browser.driver.getWindowHandle();
    browser.driver.switchTo().newWindow(WindowType.TAB);
    DashboardPage other = DashboardPage.open(browser.driver, sample.address());
    other.until("figures", p -> p.timeOfFigures() > 0);
    browser.driver.close();
    browser.driver.switchTo().window(first);

    long before = page.timeOfFigures();
    page.until("later figures", p -> p.timeOfFigures() > before);
  }

  @Test
  void asksForNothingWhileItIsHidden() {
    browser.driver.manage().window().minimize();
    page.until("the pause", p -> p.connection().startsWith("Paused"));
    String requests = "return performance.getEntriesByType('resource').length";
    Object before = page.run(requests);
    askNearest(3);
    await().pollDelay(Duration.ofSeconds(6)).until(() -> true);
    assertThat(page.run(requests)).isEqualTo(before);

    browser.resize(1280);
    page.until("the stream, again", p -> p.connection().equals("Live"));
  }

  @Test
  void doesNotGrowOverAnHourOfSamples() {
    askNearest(2);
    page.run("document.getElementById('live').scrollIntoView()");
    feed(0, SAMPLES_OF_AN_HOUR / 6);
    long before = browser.heapBytes();
    feed(SAMPLES_OF_AN_HOUR / 6, SAMPLES_OF_AN_HOUR);
    long after = browser.heapBytes();

    System.out.printf(
        "Heap of the page: %d kB, after an hour %d kB%n", before / 1024, after / 1024);
    assertThat(after - before).isLessThan(2 << 20);
  }

  /**
   * Gives the page the API's latest sample again and again, each a second later than the one
   * before.
   */
  private void feed(int from, int to) {
    Object seen =
        page.runLater(
            "const [from, to, done] = arguments;Promise.all([import('/gpu-infer/js/dashboard.js'),"
                + " fetch('/gpu-infer/api/live?samples=1').then(r => r.json())]).then(async ([page,"
                + " past]) => {  const start = performance.timeOrigin + 1e6;  for (let i = from; i"
                + " < to; i++) {    const sample = structuredClone(past.samples.at(-1));   "
                + " sample.at = Math.round(start) + 1000 * i;    page.onSample(sample);    if (i %"
                + " 40 === 0) await new Promise(requestAnimationFrame);  } "
                + " done(Number(document.getElementById('figures').dataset.at) -"
                + " Math.round(start));})",
            from, to);
    assertThat(seen).isEqualTo(1000L * (to - 1));
  }

  private String colours() {
    return (String)
        page.run(
            "return getComputedStyle(document.documentElement).backgroundColor"
                + " + getComputedStyle(document.body).color");
  }

  private void press(CharSequence key) {
    new Actions(browser.driver).sendKeys(key).perform();
  }
}
