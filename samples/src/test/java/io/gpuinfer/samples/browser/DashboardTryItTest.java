package io.gpuinfer.samples.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.samples.media.DemoMedia;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.NoAlertPresentException;
import org.openqa.selenium.Rectangle;

/** A text, a picture and a clip by the panel, and names of files that would do harm as markup. */
class DashboardTryItTest extends BrowserTest {

  private static final String HOSTILE = "<img src=x onerror=alert(1)>.png";

  @TempDir static Path folder;
  private final DemoMedia media = new DemoMedia(folder);

  @BeforeEach
  void makeMedia() throws Exception {
    if (Files.notExists(media.clip())) {
      media.write();
    }
  }

  @Test
  void embedsAText() {
    choose("minilm@auto");
    page.find("#try-text").sendKeys("Where is my package?");
    page.click("#try-form button");
    awaitAnswer();

    assertThat(page.text("#try-answer")).contains("384 numbers: ", "minilm@auto");
  }

  @Test
  void drawsBoxesWhereTheApiFoundThem() throws Exception {
    choose("ppocr@auto");
    page.find("#try-file").sendKeys(media.streetSign().toString());
    awaitAnswer();

    JsonNode frame =
        sample
            .post("try?model=ppocr@auto&name=a.png", "image/png", media.streetSign())
            .at("/frames/0");
    assertThat(page.find("#try-answer svg").getDomAttribute("viewBox"))
        .isEqualTo("0 0 %d %d".formatted(frame.get("width").asInt(), frame.get("height").asInt()));
    assertThat(polygons()).isEqualTo(corners(frame)).isNotEmpty();
    assertThat(page.all("#try-answer svg text").get(0).getText())
        .isEqualTo(frame.at("/boxes/0/text").asText());
    // As large as the picture under it, to a pixel.
    Rectangle drawing = page.find("#try-answer svg").getRect();
    Rectangle picture = page.find("#try-answer img").getRect();
    assertThat(drawing.getWidth()).isCloseTo(picture.getWidth(), within(1));
    assertThat(drawing.getHeight()).isCloseTo(picture.getHeight(), within(1));
    assertThat(page.run("return document.querySelector('#try-answer img').naturalWidth"))
        .isEqualTo(frame.get("width").asLong());
  }

  @Test
  void showsTheFramesOfAClip() throws Exception {
    page.find("#try-file").sendKeys(media.clip().toString());
    awaitAnswer();
    JsonNode frames =
        sample.post("try?model=ppocr@auto&name=a.mp4", "video/mp4", media.clip()).get("frames");

    int last = frames.size() - 1;
    page.run(
        "const slider = document.getElementById('frame'); slider.value = arguments[0];"
            + "slider.dispatchEvent(new Event('input', {bubbles: true}))",
        last);

    assertThat(page.text("#try-answer output"))
        .startsWith("%d of %d, at ".formatted(last + 1, last + 1));
    assertThat(polygons()).isEqualTo(corners(frames.get(last)));
    page.until(
        "the clip at that frame",
        p ->
            Boolean.TRUE.equals(
                p.run(
                    "const v = document.querySelector('#try-answer video');return v.readyState >= 2"
                        + " && !v.seeking && v.currentTime === arguments[0]",
                    frames.get(last).get("seconds").asDouble())));
  }

  @Test
  void takesAHostileNameAsAText() throws Exception {
    Path hostile = Files.copy(media.streetSign(), folder.resolve(HOSTILE));
    choose("ppocr@auto");
    page.find("#try-file").sendKeys(hostile.toString());
    awaitAnswer();

    assertShownAsText();
    assertThat(polygons()).isNotEmpty();
  }

  @Test
  void takesADroppedFileWithAHostileNameThatIsNoPicture() {
    page.run(
        "const files = new DataTransfer();"
            + "const bytes = Uint8Array.from(atob(arguments[1]), c => c.charCodeAt(0));"
            + "files.items.add(new File([bytes], arguments[0], {type: 'image/png'}));"
            + "document.getElementById('try-drop').dispatchEvent("
            + "  new DragEvent('drop', {dataTransfer: files, bubbles: true, cancelable: true}))",
        HOSTILE,
        Base64.getEncoder().encodeToString(new byte[] {1, 2, 3}));
    awaitAnswer();

    assertShownAsText();
    assertThat(page.all("#try-answer .problem")).hasSize(1);
    // The browser tells of the refusal.
    assertThat(browser.complaints()).hasSize(1).allMatch(line -> line.contains("status of 400"));
  }

  private void assertShownAsText() {
    assertThat(page.text("#try-answer")).contains(HOSTILE);
    assertThat(page.all("img[src=x], [onerror]")).isEmpty();
    assertThatThrownBy(() -> browser.driver.switchTo().alert())
        .isInstanceOf(NoAlertPresentException.class);
  }

  private void choose(String model) {
    page.click("#try-model");
    page.find("#try-model option[value='%s']".formatted(model)).click();
  }

  private void awaitAnswer() {
    page.until(
        "an answer",
        p ->
            !p.text("#try-answer").isEmpty()
                && "false".equals(p.find("#try-answer").getDomAttribute("aria-busy")));
  }

  /** The corners that are drawn, one list for each box. */
  private List<List<Double>> polygons() {
    return page.all("#try-answer polygon").stream()
        .map(
            polygon ->
                List.of(polygon.getDomAttribute("points").split("[ ,]")).stream()
                    .map(Double::valueOf)
                    .toList())
        .toList();
  }

  private static List<List<Double>> corners(JsonNode frame) {
    List<List<Double>> boxes = new ArrayList<>();
    for (JsonNode box : frame.get("boxes")) {
      List<Double> corners = new ArrayList<>();
      box.get("points").forEach(corner -> corner.forEach(xy -> corners.add(xy.asDouble())));
      boxes.add(corners);
    }
    return boxes;
  }
}
