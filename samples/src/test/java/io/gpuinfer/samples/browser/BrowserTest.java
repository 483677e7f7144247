package io.gpuinfer.samples.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test in which a browser opens the dashboard of the running sample application. */
@ExtendWith(SampleInBrowser.class)
abstract class BrowserTest {

  final Chromium browser = SampleInBrowser.browser();
  final RunningSample sample = SampleInBrowser.sample();
  DashboardPage page;

  @BeforeEach
  void openThePage() {
    browser.resize(1280);
    page = DashboardPage.open(browser.driver, sample.address());
  }

  @AfterEach
  void nothingIsComplainedOf() {
    assertThat(browser.complaints()).isEmpty();
  }

  /** Requests of users of the application, one after the other. */
  void askNearest(int requests) {
    IntStream.range(0, requests).forEach(i -> sample.askNearest("Where is package " + i + "?"));
  }

  /** Of the API's status. */
  JsonNode model(String id) {
    for (JsonNode model : sample.get("status").get("models")) {
      if (model.get("id").asText().equals(id)) {
        return model;
      }
    }
    throw new AssertionError("No model " + id);
  }
}
