package io.gpuinfer.tasks.image.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.Setting;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.TestPictures;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureReader;
import io.gpuinfer.tasks.image.PillowResize;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Pillow's values and plain loops in double precision. */
class ImageTaskTest {

  private static final Picture NOISE = TestPictures.noise(60, 40);

  /**
   * Pillow 12.3.0 on {@code chelsea.png}: {@code ImageEnhance.Brightness(im).enhance(1.2)}, {@code
   * Contrast}, {@code Color}, and {@code im.convert("L")}; {@code getpixel((x, y))} as "x y
   * rrggbb".
   */
  @ParameterizedTest
  @CsvSource({
    "brightness 1.2, 0 0 ab907c, 150 120 af964a, 300 50 ca9c79, 450 299 c2a599, 200 200 ca9254",
    "contrast 0.6, 0 0 85776e, 150 120 877a54, 300 50 957d6c, 450 299 90827c, 200 200 957859",
    "contrast 2, 0 0 a77959, 150 120 ad8305, 300 50 db8d53, 450 299 cd9d89, 200 200 db7d15",
    "saturation 1.5, 0 0 98755d, 150 120 9d7d1f, 300 50 b87e52, 450 299 ab8778, 200 200 bc7628",
    "gray, 0 0 7d7d7d, 150 120 7c7c7c, 300 50 8a8a8a, 450 299 909090, 200 200 828282"
  })
  void shouldChangeColoursAsPillowDoes(
      String step, String a, String b, String c, String d, String e) {
    Picture cat = TestPictures.photograph("chelsea.png");
    Picture changed = picture(edit(cat, "cpu", step));

    for (String sample : List.of(a, b, c, d, e)) {
      String[] parts = sample.split(" ");
      int rgb = changed.rgb(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
      for (int shift = 0; shift < 24; shift += 8) {
        int expected = (Integer.parseInt(parts[2], 16) >> shift) & 0xff;
        assertThat((rgb >> shift) & 0xff).as(sample).isCloseTo(expected, within(1));
      }
    }
  }

  /** In one graph, as each graph takes an OpenCL compiler seconds. */
  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldChangeColoursAlikeOnEveryDevice(String device) {
    String[] steps = {"contrast 0.6", "saturation 1.5", "brightness 1.2", "gray", "normalize raw"};

    Tensor changed = (Tensor) edit(NOISE, device, steps);

    Tensor expected = (Tensor) edit(NOISE, "cpu", steps);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(changed.doubleAt(i)).isCloseTo(expected.doubleAt(i), within(0.02));
    }
  }

  /** Steps that move pixels: where each pixel of the result was before. */
  @Test
  void shouldMovePixels() {
    assertMoved("cpu", 30, 20, (x, y) -> x + 7, (x, y) -> y + 5, "crop 7 5 30x20");
    assertMoved("cpu", 20, 10, (x, y) -> x + 20, (x, y) -> y + 15, "crop 20x10");
    assertMoved("cpu", 10, 10, (x, y) -> x + 50, (x, y) -> y + 30, "crop 50 30 30x30");
    assertMoved("cpu", 60, 40, (x, y) -> 59 - x, (x, y) -> y, "flip horizontal");
    assertMoved("cpu", 60, 40, (x, y) -> x, (x, y) -> 39 - y, "flip vertical");
    assertMoved("cpu", 40, 60, (x, y) -> y, (x, y) -> 39 - x, "rotate 90");
    assertMoved("cpu", 60, 40, (x, y) -> 59 - x, (x, y) -> 39 - y, "rotate 180");
    assertMoved("cpu", 40, 60, (x, y) -> 59 - y, (x, y) -> x, "rotate -90");
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldMovePixelsOnEveryDevice(String device) {
    assertMoved(
        device,
        20,
        30,
        (x, y) -> 29 - y + 7,
        (x, y) -> 19 - x + 5,
        "crop 7 5 30x20",
        "flip horizontal",
        "rotate 90");
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldTurnByAnyAngle(String device) {
    Picture turned = picture(edit(NOISE, device, "rotate 30"));

    // 60·cos 30° + 40·sin 30° = 71.96, 60·sin 30° + 40·cos 30° = 64.64
    assertThat(turned.width()).isEqualTo(72);
    assertThat(turned.height()).isEqualTo(65);
    double cos = Math.sqrt(3) / 2;
    double sin = 0.5;
    for (int y = 0; y < 65; y++) {
      for (int x = 0; x < 72; x++) {
        double right = x + 0.5 - 36;
        double down = y + 0.5 - 32.5;
        double fromX = cos * right + sin * down + 30 - 0.5;
        double fromY = -sin * right + cos * down + 20 - 0.5;
        assertThat((double) (turned.rgb(x, y) & 0xff)).isCloseTo(blueAt(fromX, fromY), within(1.0));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldBlurByAGaussian(String device) {
    double sigma = 1.5;

    Picture blurred = picture(edit(NOISE, device, "blur " + sigma));

    for (int y = 0; y < 40; y += 3) {
      for (int x = 0; x < 60; x++) {
        double sum = 0;
        double weights = 0;
        for (int dy = -5; dy <= 5; dy++) {
          for (int dx = -5; dx <= 5; dx++) {
            double weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
            int fromX = Math.max(0, Math.min(59, x + dx));
            int fromY = Math.max(0, Math.min(39, y + dy));
            sum += weight * (NOISE.rgb(fromX, fromY) & 0xff);
            weights += weight;
          }
        }
        assertThat((double) (blurred.rgb(x, y) & 0xff)).isCloseTo(sum / weights, within(0.6));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldChainSteps(String device) {
    Tensor result =
        (Tensor) edit(NOISE, device, "fit 30x30", "flip horizontal", "normalize ultraface");

    assertThat(result.shape()).containsExactly(1, 3, 20, 30);
    double[] red = new PillowResize(60, 40, 30, 20, false).resize(NOISE, 2);
    for (int i = 0; i < 600; i++) {
      double level = red[i / 30 * 30 + 29 - i % 30];
      assertThat(result.doubleAt(i)).isCloseTo((level - 127) / 128, within(1e-3));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resize 20x50, 20, 50",
    "fit 120x120, 120, 80",
    "fit 30x40, 30, 20",
    "thumbnail 30, 30, 20",
    "thumbnail 100, 60, 40",
    "thumbnail 100x10, 15, 10",
    "cover 32x32, 32, 32",
    "rotate 0, 60, 40"
  })
  void shouldMakeASizeOfPicturesOfAnySize(String step, int width, int height) {
    Picture result = picture(edit(NOISE, "cpu", step));

    assertThat(result.width()).isEqualTo(width);
    assertThat(result.height()).isEqualTo(height);
  }

  @Test
  void shouldAnswerInTheFormatAskedFor() {
    Picture cat = TestPictures.photograph("chelsea.png");
    PictureReader reader = new PictureReader(1_000_000);
    try (Task task = task("cpu", Map.of("steps", Setting.of("thumbnail 90")))) {
      assertThat(task.type()).isEqualTo(TaskType.IMAGE);
      assertThat(task.content()).isEqualTo(Content.PICTURE);

      TaskResult result = submit(task, cat).join();

      assertThat(result.details())
          .containsExactlyInAnyOrderEntriesOf(
              Map.of("Width", 90, "Height", 60, "MediaType", "image/jpeg"));
      assertThat((byte[]) result.value()).startsWith(0xff, 0xd8, 0xff);
      assertThat(reader.read(result.value()).height()).isEqualTo(60);
    }
    try (Task task =
        task("cpu", Map.of("steps", Setting.of("thumbnail 90"), "format", Setting.of("png")))) {
      List<?> two = (List<?>) submit(task, List.of(cat, NOISE)).join().value();

      assertThat(reader.read(two.get(0)).pixels())
          .isEqualTo(picture(edit(cat, "cpu", "thumbnail 90")).pixels());
      assertThat(reader.read(two.get(1)).pixels()).isEqualTo(NOISE.pixels());
    }
  }

  @Test
  void shouldMakeSmallerFilesOfLowerQuality() {
    Picture cat = TestPictures.photograph("chelsea.png");
    assertThat(jpegOf(cat, "0.2").length).isLessThan(jpegOf(cat, "0.95").length / 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resize",
        "resize 0x5",
        "resize 9000x5",
        "resize 5",
        "crop 1 2",
        "crop -1 0 5x5",
        "rotate up",
        "rotate NaN",
        "flip",
        "flip diagonal",
        "blur 0",
        "blur 31",
        "gray 2",
        "brightness -1",
        "normalize alexnet",
        "sharpen 2",
        ""
      })
  void shouldRefuseAStepThatIsNone(String step) {
    assertThatThrownBy(() -> task("cpu", Map.of("steps", Setting.of("gray", step))))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("not '" + step + "'")
        .hasMessageContaining("thumbnail N");
  }

  @Test
  void shouldRefuseSettingsThatMakeNoSense() {
    assertThatThrownBy(() -> task("cpu", Map.of("steps", Setting.of("normalize clip", "gray"))))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("last");
    assertThatThrownBy(
            () ->
                task(
                    "cpu",
                    Map.of("steps", Setting.of("normalize clip"), "format", Setting.of("png"))))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("tensor");
  }

  @Test
  void shouldRefuseWhatAPictureIsTooSmallOrTooLargeFor() {
    assertThatThrownBy(() -> edit(NOISE, "cpu", "crop 60 0 5x5"))
        .hasRootCauseInstanceOf(InvalidInputException.class)
        .hasMessageContaining("60x40");
    Map<String, Setting> settings =
        Map.of("steps", Setting.of("resize 100x100"), "limits.maxPixels", Setting.of("9999"));
    try (Task task = task("cpu", settings)) {
      assertThatThrownBy(() -> submit(task, NOISE).join())
          .hasCauseInstanceOf(InvalidInputException.class)
          .hasMessageContaining("100x100");
    }
  }

  /**
   * On the way to a small result there would be hundreds of millions of pixels, or over 2^31 rows.
   */
  @Test
  void shouldRefuseWhatWouldBecomeHugeOnTheWay() {
    assertTooNarrow(1, 20_000, "cover 224x224");
    assertTooNarrow(1, 300_000, "cover 8192x1");
    assertTooNarrow(300_000, 1, "resize 300x300");
    assertTooNarrow(500_000, 1, "blur 30");
    Picture slim = picture(edit(TestPictures.noise(4, 400), "cpu", "cover 64x64"));
    assertThat(new Size(slim.width(), slim.height())).isEqualTo(new Size(64, 64));
  }

  private static void assertTooNarrow(int width, int height, String step) {
    assertThatThrownBy(() -> edit(TestPictures.noise(width, height), "cpu", step))
        .hasCauseInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "A picture of %dx%d is too narrow for step 1".formatted(width, height));
  }

  private static void assertMoved(
      String device,
      int width,
      int height,
      IntBinaryOperator fromX,
      IntBinaryOperator fromY,
      String... steps) {
    Picture moved = picture(edit(NOISE, device, steps));

    assertThat(new Size(moved.width(), moved.height())).isEqualTo(new Size(width, height));
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        assertThat(moved.rgb(x, y))
            .as("%s", (Object) steps)
            .isEqualTo(NOISE.rgb(fromX.applyAsInt(x, y), fromY.applyAsInt(x, y)));
      }
    }
  }

  /** Bilinear, white beyond the edges. */
  private static double blueAt(double x, double y) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    double sum = 0;
    for (int row = top; row <= top + 1; row++) {
      for (int column = left; column <= left + 1; column++) {
        double weight = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
        boolean inside = column >= 0 && column < 60 && row >= 0 && row < 40;
        sum += weight * (inside ? NOISE.rgb(column, row) & 0xff : 255);
      }
    }
    return sum;
  }

  private static byte[] jpegOf(Picture picture, String quality) {
    try (Task task = task("cpu", Map.of("quality", Setting.of(quality)))) {
      return (byte[]) submit(task, picture).join().value();
    }
  }

  private static Picture picture(Object value) {
    return (Picture) value;
  }

  private static Object edit(Picture picture, String device, String... steps) {
    boolean tensor = steps[steps.length - 1].startsWith("normalize");
    Map<String, Setting> settings =
        Map.of("steps", Setting.of(steps), "format", Setting.of(tensor ? "tensor" : "picture"));
    try (Task task = task(device, settings)) {
      return submit(task, picture).join().value();
    }
  }

  private static Task task(String device, Map<String, Setting> settings) {
    ModelEntry entry = new ModelEntry("edit", "1", "image", Map.of(), settings);
    return Devices.task(entry, Devices.options(device));
  }

  private static CompletableFuture<TaskResult> submit(Task task, Object body) {
    return task.submit(body, TaskCall.of(Priority.NORMAL)).toCompletableFuture();
  }
}
