package io.gpuinfer.tasks.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.Setting;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TestPictures;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against Pillow's values, and its algorithm in double precision. */
class PictureInputTest {

  private static final TensorInfo OPEN =
      TensorInfo.of("x", DataType.FLOAT32, 1, 3, TensorInfo.DYNAMIC, TensorInfo.DYNAMIC);

  /**
   * Pillow 12.3.0: {@code Image.open(name).convert("RGB").resize((width, height),
   * Image.BILINEAR).getpixel((x, y))}, or {@code Image.BICUBIC}, as "x y rrggbb".
   */
  @ParameterizedTest
  @CsvSource({
    "chelsea.png,   bilinear, 224, 149, 0 0 907a6a, 27 19 966b43, 55 39 a87d51, 82 59 0b0c06,"
        + " 110 78 ab774a, 138 98 c28f5e, 165 118 a0856f, 223 148 a58c83",
    "chelsea.png,   bicubic,  224, 149, 0 0 907969, 27 19 976c43, 55 39 aa7f53, 82 59 070904,"
        + " 110 78 ad794b, 138 98 c28f5e, 165 118 a18570, 223 148 a48d82",
    "chelsea.png,   bilinear, 640, 640, 0 0 8f7868, 78 84 996e44, 157 169 af8359, 236 254 060902,"
        + " 315 339 a47241, 394 424 c99769, 473 508 a28772, 639 639 a28a80",
    "chelsea.png,   bicubic,  640, 640, 0 0 8f7868, 78 84 996e44, 157 169 b1845b, 236 254 060902,"
        + " 315 339 a37141, 394 424 ca986a, 473 508 a28772, 639 639 a28a80",
    "astronaut.png, bilinear, 600, 200, 0 0 b2abac, 74 26 b7aba3, 148 53 c5bcb9, 222 79 000000,"
        + " 296 106 3d313b, 370 132 d15e39, 444 159 000000, 599 199 000000",
    "astronaut.png, bicubic,  600, 200, 0 0 afa9aa, 74 26 b7aba3, 148 53 c5bdb9, 222 79 000000,"
        + " 296 106 382c37, 370 132 d25f38, 444 159 000000, 599 199 000000",
  })
  void shouldResizeAsPillowDoes(
      String name,
      String interpolation,
      int width,
      int height,
      String a,
      String b,
      String c,
      String d,
      String e,
      String f,
      String g,
      String h) {
    Picture photograph = TestPictures.photograph(name);
    Map<String, Setting> settings =
        Map.of(
            "preprocessing.preset", Setting.of("raw"),
            "preprocessing.interpolation", Setting.of(interpolation),
            "preprocessing.width", Setting.of("" + width),
            "preprocessing.height", Setting.of("" + height));
    for (String device : Devices.all().toList()) {
      Tensor pixels = place(photograph, settings, OPEN, device).pixels();

      assertThat(pixels.shape()).containsExactly(1, 3, height, width);
      for (String sample : List.of(a, b, c, d, e, f, g, h)) {
        String[] parts = sample.split(" ");
        int at = Integer.parseInt(parts[1]) * width + Integer.parseInt(parts[0]);
        int rgb = Integer.parseInt(parts[2], 16);
        for (int channel = 0; channel < 3; channel++) {
          double expected = (rgb >> (8 * (2 - channel))) & 0xff;
          assertThat(pixels.doubleAt(channel * width * height + at))
              .as("%s on %s", sample, device)
              .isCloseTo(expected, within(1.0));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldAgreeWithTheAlgorithmInDoublePrecision(String device) {
    Picture picture = TestPictures.noise(97, 41);
    for (int[] size : new int[][] {{224, 224}, {31, 17}, {13, 90}, {97, 41}, {1, 1}}) {
      for (String interpolation : List.of("bilinear", "bicubic")) {
        Tensor pixels =
            place(
                    picture,
                    Map.of(
                        "preprocessing.preset", Setting.of("raw"),
                        "preprocessing.interpolation", Setting.of(interpolation),
                        "preprocessing.channels", Setting.of("bgr")),
                    TensorInfo.of("x", DataType.FLOAT32, 1, 3, size[1], size[0]),
                    device)
                .pixels();

        PillowResize oracle =
            new PillowResize(97, 41, size[0], size[1], interpolation.equals("bicubic"));
        for (int channel = 0; channel < 3; channel++) {
          double[] expected = oracle.resize(picture, channel);
          for (int i = 0; i < expected.length; i++) {
            assertThat(pixels.doubleAt(channel * expected.length + i))
                .as("%s %s", Arrays.toString(size), interpolation)
                .isCloseTo(expected[i], within(0.02));
          }
        }
      }
    }
  }

  /** torchvision: the shorter side becomes 256, and the middle 224 × 224 are kept. */
  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldCoverTheInputAndNormalise(String device) {
    Picture picture = TestPictures.noise(300, 200);

    Placed placed =
        place(picture, Map.of(), TensorInfo.of("x", DataType.FLOAT32, -1, 3, 224, 224), device);

    assertThat(placed.placement()).isEqualTo(new Placement(300, 200, 384, 256, -80, -16, 224, 224));
    double[] red = new PillowResize(300, 200, 384, 256, false).resize(picture, 2);
    for (int i = 0; i < 224 * 224; i++) {
      double level = red[(i / 224 + 16) * 384 + i % 224 + 80];
      assertThat(placed.pixels().doubleAt(i))
          .isCloseTo((level / 255 - 0.485) / 0.229, within(1e-3));
    }
    assertThat(placed.placement().pictureX(0)).isCloseTo(62.5, within(1e-9));
    assertThat(placed.placement().pictureY(224)).isCloseTo(187.5, within(1e-9));
    assertThat(placed.placement().pictureX(1000)).isEqualTo(300);
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldFitThePictureAndPadTheRest(String device) {
    Picture picture = TestPictures.noise(60, 30);
    Map<String, Setting> settings =
        Map.of(
            "preprocessing.preset", Setting.of("mediapipe"),
            "preprocessing.padding", Setting.of("114"));

    Placed placed =
        place(picture, settings, TensorInfo.of("x", DataType.FLOAT32, 1, 40, 40, 3), device);

    assertThat(placed.pixels().shape()).containsExactly(1, 40, 40, 3);
    assertThat(placed.placement()).isEqualTo(new Placement(60, 30, 40, 20, 0, 10, 40, 40));
    double[] green = new PillowResize(60, 30, 40, 20, false).resize(picture, 1);
    for (int i = 0; i < 1600; i++) {
      int row = i / 40 - 10;
      double level = row < 0 || row >= 20 ? 114 : green[row * 40 + i % 40];
      assertThat(placed.pixels().doubleAt(3 * i + 1)).isCloseTo(level / 127.5 - 1, within(1e-3));
    }
    assertThat(placed.placement().pictureY(10)).isZero();
    assertThat(placed.placement().pictureY(20)).isEqualTo(15);
    assertThat(placed.placement().pictureX(20)).isEqualTo(30);
  }

  @Test
  void shouldPadToMultiplesWhereTheModelLeavesItsExtentsOpen() {
    Map<String, Setting> settings =
        Map.of(
            "preprocessing.preset", Setting.of("yolox"),
            "preprocessing.width", Setting.of("100"),
            "preprocessing.height", Setting.of("100"),
            "preprocessing.multiple", Setting.of("32"));

    Placed placed = place(TestPictures.noise(50, 20), settings, OPEN, "cpu");

    assertThat(placed.placement()).isEqualTo(new Placement(50, 20, 100, 40, 0, 0, 128, 64));
    assertThat(placed.pixels().shape()).containsExactly(1, 3, 64, 128);
    assertThat(placed.pixels().doubleAt(127)).isEqualTo(114);
  }

  @Test
  void shouldMakeBytesForAModelThatReadsThem() {
    Picture picture = TestPictures.noise(8, 8);

    Tensor pixels =
        place(
                picture,
                Map.of("preprocessing.preset", Setting.of("raw")),
                TensorInfo.of("x", DataType.UINT8, 1, 8, 8, 3),
                "cpu")
            .pixels();

    assertThat(pixels.type()).isEqualTo(DataType.UINT8);
    assertThat(pixels.longAt(3 * 9)).isEqualTo(picture.rgb(1, 1) >> 16);
  }

  @Test
  void shouldReduceHugePicturesFirstAndTellPlacesInTheirOwnPixels() {
    Picture huge = TestPictures.noise(5000, 4000);

    Placed placed =
        place(huge, Map.of(), TensorInfo.of("x", DataType.FLOAT32, 1, 3, 224, 224), "cpu");

    assertThat(placed.placement().pictureX(112)).isCloseTo(2500, within(1e-6));
    assertThat(placed.placement().pictureY(112)).isCloseTo(2000, within(1e-6));
  }

  /**
   * 256 columns of the first would have 5 million rows; the second one fits when it is stretched,
   * and its 160 thousand columns have 224 rows first.
   */
  @Test
  void shouldRefuseWhatWouldBecomeHugeOnTheWay() {
    TensorInfo input = TensorInfo.of("x", DataType.FLOAT32, 1, 3, 224, 224);
    for (Picture narrow : List.of(TestPictures.noise(1, 20_000), TestPictures.noise(160_000, 1))) {
      for (String preset : List.of("imagenet", "mobilenet")) {
        Map<String, Setting> settings = Map.of("preprocessing.preset", Setting.of(preset));
        if (narrow.width() == 1 && preset.equals("mobilenet")) {
          assertThat(place(narrow, settings, input, "cpu").pixels().size())
              .isEqualTo(3 * 224 * 224);
        } else {
          assertThatThrownBy(() -> place(narrow, settings, input, "cpu"))
              .isInstanceOf(InvalidInputException.class)
              .hasMessageContaining(narrow.width() + " × " + narrow.height())
              .hasMessageContaining("too narrow");
        }
      }
    }
    Picture slim = TestPictures.noise(10, 1000);
    assertThat(place(slim, Map.of(), input, "cpu").placement().resizedHeight()).isEqualTo(25_600);
  }

  @Test
  void shouldRefuseWhatMakesNoSense() {
    assertRefused(Map.of("preprocessing.preset", Setting.of("raw")), OPEN, "preprocessing.width");
    assertRefused(Map.of("preprocessing.preset", Setting.of("alexnet")), OPEN, "IMAGENET");
    assertRefused(Map.of("preprocessing.mean", Setting.of("1", "2")), OPEN, "3 numbers");
    assertRefused(Map.of("preprocessing.deviation", Setting.of("0")), OPEN, "3 numbers");
    assertRefused(Map.of(), TensorInfo.of("ids", DataType.INT64, -1, -1), "no picture fills");
    assertRefused(Map.of(), TensorInfo.of("x", DataType.FLOAT32, 1, 1, 28, 28), "[1, 1, 28, 28]");
  }

  private static void assertRefused(
      Map<String, Setting> settings, TensorInfo input, String message) {
    assertThatThrownBy(() -> place(TestPictures.noise(8, 8), settings, input, "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(message);
  }

  private static Placed place(
      Picture picture, Map<String, Setting> settings, TensorInfo input, String device) {
    ModelEntry entry = new ModelEntry("pictures", "1", "tensor", Map.of(), settings);
    try (ModelServers servers = Devices.servers(entry, device)) {
      Preprocessing preprocessing =
          Preprocessing.of(new Settings(entry, Preprocessing.names()), Preset.IMAGENET);
      PictureInput pictures = PictureInput.of(servers, preprocessing, input);
      return pictures.place(picture, new ModelRuns(TaskCall.of(Priority.NORMAL))).join();
    }
  }
}
