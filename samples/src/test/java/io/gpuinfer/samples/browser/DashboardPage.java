package io.gpuinfer.samples.browser;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.TakesScreenshot;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;

/** The dashboard in a tab of the browser, as its reader sees it. */
final class DashboardPage {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final WebDriver driver;

  private DashboardPage(WebDriver driver) {
    this.driver = driver;
  }

  /** Opens the page, and waits until it is live. */
  static DashboardPage open(WebDriver driver, String application) {
    driver.get(application + "/gpu-infer/");
    DashboardPage page = new DashboardPage(driver);
    page.until("the stream", p -> p.connection().equals("Live"));
    return page;
  }

  void until(String what, Predicate<DashboardPage> condition) {
    await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> condition.test(this));
  }

  String connection() {
    return text("#connection");
  }

  void choose(String model) {
    find("#model option[value='%s']".formatted(model)).click();
  }

  WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  String text(String selector) {
    return find(selector).getText();
  }

  void click(String selector) {
    WebElement element = find(selector);
    run("arguments[0].scrollIntoView({block: 'center'})", element);
    element.click();
  }

  /** The rows of a table, by the titles of the columns, whether it is in sight or not. */
  @SuppressWarnings("unchecked")
  List<Map<String, String>> table(String selector) {
    return (List<Map<String, String>>)
        run(
            "return [...document.querySelectorAll(arguments[0] + ' tbody tr')].map(row =>"
                + " Object.fromEntries([...row.cells].map(c => [c.dataset.title, c.textContent])))",
            selector);
  }

  /** The state that is lit; empty where none is. */
  String litState() {
    return (String)
        run("return document.querySelector('.node[aria-current]')?.dataset.state ?? ''");
  }

  /**
   * Of the sample that the row of figures shows, in milliseconds since 1970; 0 where it shows none.
   */
  long timeOfFigures() {
    String at = find("#figures").getDomAttribute("data-at");
    return at.isEmpty() ? 0 : Long.parseLong(at);
  }

  Object run(String script, Object... arguments) {
    return ((JavascriptExecutor) driver).executeScript(script, arguments);
  }

  /** Runs a script that calls its last argument when it is done. */
  Object runLater(String script, Object... arguments) {
    return ((JavascriptExecutor) driver).executeAsyncScript(script, arguments);
  }

  /** Writes what is in sight as a PNG. */
  void picture(Path file) throws IOException {
    Files.write(file, ((TakesScreenshot) driver).getScreenshotAs(OutputType.BYTES));
  }

  /** How the page writes a number: three digits that count, and all of a large one. */
  static String shown(double value) {
    BigDecimal rounded =
        Math.abs(value) >= 1000
            ? new BigDecimal(value).setScale(0, RoundingMode.HALF_UP)
            : new BigDecimal(value).round(new MathContext(3, RoundingMode.HALF_UP));
    return new DecimalFormat(
            "#,##0.####################", DecimalFormatSymbols.getInstance(Locale.US))
        .format(rounded);
  }
}
