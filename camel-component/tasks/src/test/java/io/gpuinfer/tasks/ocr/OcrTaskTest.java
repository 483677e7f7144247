package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.ServingOptions;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OcrTaskTest {

  private static final TaskCall CALL = TaskCall.of(Priority.NORMAL);

  private final Map<String, Task> tasks = new HashMap<>();

  static Stream<String> devices() {
    return Devices.all();
  }

  @AfterAll
  void close() {
    tasks.values().forEach(Task::close);
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadAPageLineByLine(String device) {
    Page page =
        Page.white(900, 500)
            .write("Invoice 2026-0417", 60, 80, 40)
            .write("Customer: Northwind Traders", 60, 160, 28)
            .write("3 pumps at 129.50 each", 60, 220, 28)
            .write("Total: 388.50", 60, 280, 28)
            .write("Due on 30 June", 520, 280, 28)
            .write("Thank you for your order", 60, 420, 24);

    OcrResult result = (OcrResult) submit(device, page.image()).value();

    assertThat(result.lines())
        .extracting(OcrLine::text)
        .containsExactly(
            "Invoice 2026-0417",
            "Customer: Northwind Traders",
            "3 pumps at 129.50 each",
            "Total: 388.50",
            "Due on 30 June",
            "Thank you for your order");
    assertThat(result.lines()).allSatisfy(line -> assertThat(line.score()).isGreaterThan(0.9));
    Point start = result.lines().get(0).box().get(0);
    assertThat(start.x()).isCloseTo(60, within(15.0));
    assertThat(start.y()).isCloseTo(80 - 36, within(20.0));
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadTextAtAnAngleInColourAndOnItsHead(String device) {
    Page page =
        new Page(800, 600, new Color(20, 60, 120))
            .write("KEEP LEFT AT THE GATE", 80, 120, 40, Color.YELLOW, 12)
            .write("UPSIDE DOWN LABEL", 700, 350, 40, Color.WHITE, 180)
            .write("Exit 24", 100, 520, 48, new Color(230, 120, 60), -8);

    OcrResult result = (OcrResult) submit(device, page.image()).value();

    assertThat(result.lines())
        .extracting(OcrLine::text)
        .containsExactlyInAnyOrder("KEEP LEFT AT THE GATE", "UPSIDE DOWN LABEL", "Exit 24");
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadASignInPerspective(String device) {
    Page sign =
        new Page(1000, 420, new Color(0, 90, 60))
            .write("Central Station", 60, 150, 100, Color.WHITE, 0)
            .write("Harbour and ferries", 60, 320, 90, Color.WHITE, 0);

    OcrResult result = (OcrResult) submit(device, Page.inPerspective(sign.image(), 0.4)).value();

    assertThat(result.lines())
        .extracting(OcrLine::text)
        .containsExactly("Central Station", "Harbour and ferries");
    assertThat(result.lines().get(0).angle()).isPositive();
    assertThat(result.lines().get(1).angle()).isNegative();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadColumnsOneAfterTheOther(String device) {
    String[] left = {
      "The first column has",
      "four lines of text, and",
      "is read down to its",
      "end before any other"
    };
    String[] right = {
      "column. The second one",
      "is read thereafter, and",
      "whoever mixes them up",
      "makes nonsense of it"
    };
    Page page = Page.white(900, 400).write("Two columns below one heading line", 40, 60, 48);
    for (int i = 0; i < left.length; i++) {
      page.write(left[i], 40, 140 + 44 * i, 32).write(right[i], 480, 140 + 44 * i, 32);
    }

    OcrResult result = (OcrResult) submit(device, page.image()).value();

    assertThat(result.text())
        .isEqualTo(
            "Two columns below one heading line\n\n"
                + String.join("\n", left)
                + "\n\n"
                + String.join("\n", right));
    assertThat(result.angle()).isBetween(-1.0, 1.0);
  }

  @Test
  void shouldAnswerWithTheTextAloneWhereThatIsWanted() {
    BufferedImage picture = Page.white(400, 80).write("Next", 20, 50, 40).image();
    ServingOptions options = ServingOptions.builder("cpu").warmup(false).build();

    try (Task text = Devices.task(Devices.ppocr(Map.of("answer", "text")), options)) {
      assertThat(text.submit(List.of(picture, picture), CALL).toCompletableFuture().join().value())
          .isEqualTo(List.of("Next", "Next"));
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldFindNothingOnABlankPage(String device) {
    TaskResult result = submit(device, Page.white(640, 480).image());

    assertThat(((OcrResult) result.value()).lines()).isEmpty();
    assertThat(result.device()).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadAListOfPicturesOfDifferentSizes(String device) {
    List<?> results =
        (List<?>)
            submit(
                    device,
                    List.of(
                        Page.white(320, 64).write("First", 20, 45, 36).image(),
                        Page.white(1500, 1100).write("Second page", 200, 600, 90).image(),
                        Page.white(80, 700)
                            .write("Down the side", 30, 40, 36, Color.BLACK, 90)
                            .image()))
                .value();

    assertThat(results)
        .extracting(result -> ((OcrResult) result).text())
        .containsExactly("First", "Second page", "Down the side");
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldRefuseWhatIsNoPictureAndServeOn(String device) {
    for (Object body : new Object[] {new byte[] {1, 2, 3}, new byte[0], "text", List.of()}) {
      assertThatThrownBy(() -> submit(device, body))
          .hasCauseInstanceOf(InvalidInputException.class);
    }
    OcrResult next =
        (OcrResult) submit(device, Page.white(400, 80).write("Next", 20, 50, 40).image()).value();
    assertThat(next.text()).isEqualTo("Next");
  }

  private TaskResult submit(String device, Object body) {
    return tasks
        .computeIfAbsent(device, d -> Devices.task(Devices.ppocr(Map.of()), d))
        .submit(body, CALL)
        .toCompletableFuture()
        .join();
  }
}
