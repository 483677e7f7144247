package io.gpuinfer.tasks.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TestPictures;
import io.gpuinfer.tasks.image.Picture;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each head on outputs written down by hand, and a picture of 200 × 100. In an input of 64 × 64 the
 * picture has 64 × 32 pixels, scaled by 0.32; an input has 84 cells of 8, 16 and 32 pixels.
 */
class HeadsTest {

  private static final Offset<Double> NEAR = within(1e-3);
  private static final String[] THINGS = {"cat", "dog", "bird"};
  private static final double NOT = Double.NaN;

  /** In the middle, 16 rows below the top of the input. */
  private static final Box MIDDLE = new Box(75, 37.5, 125, 62.5);

  private static final Table YOLO_V8 =
      new Table(84, 7)
          .row(9, 0, 32, 16, 8, 0.5, 0.1, 0) // reaches over the picture's left edge
          .row(10, 32, 32, 16, 8, 0.1, 0.9, 0.2)
          .row(11, 33, 32, 16, 8, 0, 0.8, 0) // overlaps the one before
          .row(12, 32, 32, 16, 8, 0, 0, 0.7) // does too, but is something else
          .row(13, NOT, 32, 16, 8, 0, 0.95, 0)
          .row(14, 32, 32, Double.POSITIVE_INFINITY, 8, 0, 0.95, 0)
          .row(15, 32, 32, 16, 8, NOT, NOT, NOT)
          .row(16, 32, 4, 16, 8, 0.6, 0, 0) // lies in the padding
          .row(17, 32, 32, -16, -8, 0.6, 0, 0)
          .row(18, 10, 32, 16, 8, 0.24, 0.1, 0); // below the threshold

  static List<String> devices() {
    return Devices.all().toList();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadYoloV8(String device) {
    ModelEntry model =
        KnownOutputs.ofSize(64, 64)
            .output("output0", YOLO_V8.transposed(), 1, 7, 84)
            .entry(Map.of(), THINGS);

    assertYoloV8(detections(model, device));
  }

  /** 84 × 7 is what three classes of it have; two classes of YOLOX would have that too. */
  @Test
  void shouldReadYoloV8Transposed() {
    ModelEntry model =
        KnownOutputs.ofSize(64, 64)
            .output("output0", YOLO_V8.values(), 1, 84, 7)
            .entry(Map.of(), THINGS);

    assertYoloV8(detections(model, "cpu"));
  }

  private static void assertYoloV8(List<Detection> found) {
    assertThat(found).extracting(Detection::label).containsExactly("dog", "bird", "cat");
    assertThat(found).extracting(Detection::labelIndex).containsExactly(1, 2, 0);
    assertDetection(found.get(0), 0.9, MIDDLE);
    assertDetection(found.get(1), 0.7, MIDDLE);
    assertDetection(found.get(2), 0.5, new Box(0, 37.5, 25, 62.5));
  }

  /** Three anchors for each of the 84 cells; classes count by what they have of the objectness. */
  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadYoloV5(String device) {
    Table rows =
        new Table(252, 8)
            .row(100, 32, 32, 16, 8, 0.9, 0.5, 0.8, 0.1)
            .row(200, 33, 32, 16, 8, 0.8, 0.1, 0.7, 0.2)
            .row(201, 0, 32, 16, 8, 0.5, 1, 0, 0)
            .row(202, 32, 16, 16, 8, 0.5, 0.4, 0.4, 0.4) // 0.2, below the threshold
            .row(203, 32, 32, 16, 8, NOT, 1, 1, 1);
    ModelEntry model =
        KnownOutputs.ofSize(64, 64).output("output", rows.values(), 1, 252, 8).entry(Map.of());

    List<Detection> found = detections(model, device);

    assertThat(found).extracting(Detection::label).containsExactly("1", "0");
    assertDetection(found.get(0), 0.72, MIDDLE);
    assertDetection(found.get(1), 0.5, new Box(0, 37.5, 25, 62.5));
  }

  /** Beside what is decoded, older exports of YOLOv5 have the maps that it was decoded from. */
  @Test
  void shouldReadYoloV5BesideItsMaps() {
    Table rows = new Table(252, 8).row(100, 32, 32, 16, 8, 0.9, 0.5, 0.8, 0.1);
    ModelEntry model =
        KnownOutputs.ofSize(64, 64)
            .output("output", rows.values(), 1, 252, 8)
            .output("map8", new float[3 * 8 * 8 * 8], 1, 3, 8, 8, 8)
            .entry(Map.of());

    assertDetection(detections(model, "cpu").get(0), 0.72, MIDDLE);
  }

  /** The score is what the model sees: red first and from 0 to 1, or blue first and to 255. */
  @Test
  void shouldPrepareThePictureAsTheHeadsAuthorsDo() {
    Table rows = new Table(252, 6).row(0, 32, 32, 16, 8, 1);
    assertThat(scoreSeen(rows.values(), 0.5, 1, 252, 6)).isCloseTo(0.5 * 204 / 255, NEAR);
    Table cells = new Table(84, 6).row(0, 0.5, 0.5, 1, 1, 1);
    assertThat(scoreSeen(cells.values(), 0.01, 1, 84, 6)).isCloseTo(0.01 * 51, NEAR);
  }

  private static double scoreSeen(float[] values, double weight, long... shape) {
    ModelEntry model =
        KnownOutputs.ofSize(64, 64).seeing("output", values, weight, shape).entry(Map.of());
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, 204 << 16 | 102 << 8 | 51);
    }
    return detections(model, "cpu", Picture.of(image)).get(0).score();
  }

  /** The picture lies at the top left. Row 64 is the first of 4 × 4 cells, and 80 that of 2 × 2. */
  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadYoloX(String device) {
    Table rows =
        new Table(84, 8)
            .row(64 + 5, 0.25, 0.5, Math.log(2), Math.log(0.5), 0.8, 0, 0, 1)
            .row(80 + 1, -0.5, 0.25, Math.log(0.5), Math.log(0.25), 0.9, 1, 0, 0)
            .row(3, 0.5, 0.5, 0, 0, 0.29, 1, 0, 0); // below its threshold of 0.3
    ModelEntry model =
        KnownOutputs.ofSize(64, 64)
            .output("output", rows.values(), 1, 84, 8)
            .entry(Map.of(), THINGS);

    List<Detection> found = detections(model, device);

    assertThat(found).extracting(Detection::label).containsExactly("cat", "bird");
    // Centre (−0.5 + 1, 0.25 + 0) · 32 = (16, 8), size 16 × 8.
    assertDetection(found.get(0), 0.9, scaled(8, 4, 24, 12));
    // Centre (0.25 + 1, 0.5 + 1) · 16 = (20, 24), size 32 × 8.
    assertDetection(found.get(1), 0.8, scaled(4, 20, 36, 28));
  }

  /** As YOLOv6 has it, and YOLOX where it decodes its boxes itself: one for each cell. */
  @Test
  void shouldNotDecodeBoxesASecondTime() {
    Table rows = new Table(84, 8).row(69, 32, 32, 16, 8, 0.8, 0, 0, 1);
    KnownOutputs outputs = KnownOutputs.ofSize(64, 64).output("output", rows.values(), 1, 84, 8);

    assertThatThrownBy(() -> detections(outputs.entry(Map.of(), THINGS), "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("decoded already")
        .hasMessageContaining("set head to yolov5");
    List<Detection> found = detections(outputs.entry(Map.of("head", "yolov5"), THINGS), "cpu");
    assertThat(found).extracting(Detection::label).containsExactly("bird");
    assertDetection(found.get(0), 0.8, MIDDLE);
  }

  private static Box scaled(double left, double top, double right, double bottom) {
    return new Box(left / 0.32, top / 0.32, right / 0.32, bottom / 0.32);
  }

  /** What overlaps stays. */
  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadYoloV10(String device) {
    Table rows =
        new Table(300, 6)
            .row(0, 24, 28, 40, 36, 0.9, 2)
            .row(1, 25, 28, 41, 36, 0.8, 2)
            .row(2, 24, 28, 40, 36, 0.1, 0);
    ModelEntry model =
        KnownOutputs.ofSize(64, 64)
            .output("output0", rows.values(), 1, 300, 6)
            .entry(Map.of(), THINGS);

    List<Detection> found = detections(model, device);

    assertThat(found).extracting(Detection::label).containsExactly("bird", "bird");
    assertDetection(found.get(0), 0.9, MIDDLE);
    assertDetection(found.get(1), 0.8, new Box(78.125, 37.5, 128.125, 62.5));
  }

  /** Bytes of a picture of any size in; the second row does not count. */
  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadSsdOfTensorFlow(String device) {
    ModelEntry model =
        new KnownOutputs(DataType.UINT8, 1, "height", "width", 3)
            .output("detection_boxes:0", new float[] {0.25f, 0.5f, 0.75f, 1, 0, 0, 1, 1}, 1, 2, 4)
            .output("detection_classes:0", new float[] {3, 1}, 1, 2)
            .output("detection_scores:0", new float[] {0.75f, 0.7f}, 1, 2)
            .output("num_detections:0", new float[] {1}, 1)
            .entry(Map.of("preprocessing.width", "64", "preprocessing.height", "48"), THINGS);

    List<Detection> found = detections(model, device);

    assertThat(found).extracting(Detection::label).containsExactly("bird");
    assertThat(found).extracting(Detection::labelIndex).containsExactly(2);
    assertDetection(found.get(0), 0.75, new Box(100, 25, 200, 75));
  }

  /** Class 0 is the background. */
  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadSsdOfTheModelZoo(String device) {
    ModelEntry model =
        KnownOutputs.ofSize(64, 64)
            .output("bboxes", new float[] {0, 0, 1, 1, 0.25f, 0.5f, 0.75f, 1}, 1, 2, 4)
            .output("labels", new long[] {0, 1}, 1, 2)
            .output("scores", new float[] {0.9f, 0.75f}, 1, 2)
            .entry(Map.of(), THINGS);

    List<Detection> found = detections(model, device);

    assertThat(found).extracting(Detection::label).containsExactly("cat");
    assertDetection(found.get(0), 0.75, new Box(50, 50, 150, 100));
  }

  /**
   * In an input of 128 × 128 the picture is scaled by 0.64 and begins 32 rows below the top; in one
   * of 256 × 256 all is twice as large. Scores of 2 and 0 are 1 / (1 + e⁻²) = 0.8808 and 0.5.
   */
  @ParameterizedTest
  @ValueSource(ints = {128, 256})
  void shouldReadBlazeFace(int side) {
    int scale = side / 128;
    // Cell (4, 8) of 16 × 16: its anchors are at (36, 68), or twice that.
    int small = (8 * 16 + 4) * 2;
    // Cell (5, 2) of 8 × 8: at (88, 40).
    int large = (2 * 8 + 5) * 6 + 3;
    Table smallScores = new Table(512, 1);
    Table largeScores = new Table(384, 1);
    for (int row = 0; row < 512; row++) {
      smallScores.row(row, -1000);
      largeScores.row(Math.min(row, 383), -1000);
    }
    smallScores.row(small, 2);
    smallScores.row(small + 1, 0);
    largeScores.row(large, 1000);
    Table smallPlaces = new Table(512, 16);
    smallPlaces.row(small, face(scale, 4, -4, 32, 16));
    smallPlaces.row(small + 1, face(scale, 4, -4 + 1.38079, 32, 16));
    Table largePlaces = new Table(384, 16).row(large, face(scale, 0, 24, 16, 16));
    ModelEntry model =
        new KnownOutputs(DataType.FLOAT32, 1, side, side, 3)
            .output("b", largeScores.values(), 1, 384, 1)
            .output("a", smallScores.values(), 1, 512, 1)
            .output("c", smallPlaces.values(), 1, 512, 16)
            .output("d", largePlaces.values(), 1, 384, 16)
            .entry(Map.of());

    List<Detection> found = detections(model, "cpu");

    assertThat(found).extracting(Detection::label).containsExactly("face", "face");
    // Centre (88, 64): in the picture (137.5, 50).
    assertDetection(found.get(0), 1, new Box(125, 37.5, 150, 62.5));
    // Centre (40, 64) with 0.8808 and (40, 65.38079) with 0.5: their weighted mean is (40, 64.5).
    assertDetection(found.get(1), 0.880797, new Box(37.5, 38.28125, 87.5, 63.28125));
    assertThat(found.get(1).keypoints()).hasSize(6);
    Keypoint eye = found.get(1).keypoints().get(1);
    assertThat(eye.x()).isCloseTo((36 + 2) / 0.64, NEAR);
    assertThat(eye.y()).isCloseTo((68 - 3 - 32) / 0.64, NEAR);
  }

  /** A box and six keypoints, of which the second is at (2, −3). */
  private static double[] face(int scale, double x, double y, double width, double height) {
    return new double[] {
      x * scale, y * scale, width * scale, height * scale, 0, 0, 2 * scale, -3 * scale
    };
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadUltraFace(String device) {
    float[] scores = {0.9f, 0.1f, 0.2f, 0.8f, 0.05f, 0.95f, 0.31f, 0.69f};
    float[] boxes = {
      0, 0, 1, 1, 0.25f, 0.5f, 0.5f, 1, 0.25f, 0.45f, 0.5f, 0.95f, 0.75f, 0.5f, 1, 1
    };
    ModelEntry model =
        KnownOutputs.ofSize(320, 240)
            .output("scores", scores, 1, 4, 2)
            .output("boxes", boxes, 1, 4, 4)
            .entry(Map.of());

    List<Detection> found = detections(model, device);

    assertThat(found).extracting(Detection::label).containsExactly("face");
    assertDetection(found.get(0), 0.95, new Box(50, 45, 100, 95));
    assertThat(found.get(0).keypoints()).isEmpty();
  }

  private static void assertDetection(Detection detection, double score, Box box) {
    assertThat(detection.score()).isCloseTo(score, within(1e-5));
    assertThat(detection.box().left()).isCloseTo(box.left(), NEAR);
    assertThat(detection.box().top()).isCloseTo(box.top(), NEAR);
    assertThat(detection.box().right()).isCloseTo(box.right(), NEAR);
    assertThat(detection.box().bottom()).isCloseTo(box.bottom(), NEAR);
  }

  private static List<Detection> detections(ModelEntry model, String device) {
    return detections(model, device, TestPictures.noise(200, 100));
  }

  private static List<Detection> detections(ModelEntry model, String device, Picture picture) {
    try (Task task = Devices.task(model, device)) {
      DetectionResult result =
          (DetectionResult)
              task.submit(picture, TaskCall.of(Priority.NORMAL))
                  .toCompletableFuture()
                  .join()
                  .value();
      assertThat(result.width()).isEqualTo(picture.width());
      assertThat(result.height()).isEqualTo(picture.height());
      return result.detections();
    }
  }
}
