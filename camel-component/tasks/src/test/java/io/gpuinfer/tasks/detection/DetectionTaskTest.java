package io.gpuinfer.tasks.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TestPictures;
import io.gpuinfer.tasks.image.Picture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DetectionTaskTest {

  private static final String[] THINGS = {"cat", "dog", "bird"};

  /** One thing, of a third of the input's sides, in its middle. */
  private static final Table ONE = new Table(84, 7).row(0, 32, 32, 24, 24, 0, 0.75, 0);

  @Test
  void shouldAnswerAListInItsOrder() {
    try (Task task = Devices.task(oneThing(Map.of()), "cpu")) {
      List<Picture> pictures =
          List.of(
              TestPictures.noise(64, 64), TestPictures.noise(640, 320), TestPictures.noise(3, 9));

      TaskResult answer = submit(task, pictures);

      List<?> results = (List<?>) answer.value();
      assertThat(results)
          .extracting(result -> ((DetectionResult) result).width())
          .containsExactly(64, 640, 3);
      assertThat(answer.details()).containsEntry(DetectionTask.DETECTIONS, 3);
      assertThat(((DetectionResult) results.get(1)).detections().get(0).box())
          .isEqualTo(new Box(200, 40, 440, 280));
    }
  }

  /** The model's batch is open, so that what waits shares a run. */
  @Test
  void shouldLetRequestsShareARun() {
    ModelEntry model =
        new KnownOutputs(DataType.FLOAT32, "batch", 3, 64, 64)
            .slow()
            .output("output0", ONE.transposed(), 1, 7, 84)
            .entry(Map.of());
    try (Task task = Devices.task(model, "cpu")) {
      List<CompletableFuture<TaskResult>> answers = new ArrayList<>();
      for (int i = 1; i <= 12; i++) {
        answers.add(
            task.submit(TestPictures.noise(64 * i, 64), TaskCall.of(Priority.NORMAL))
                .toCompletableFuture());
      }

      for (int i = 1; i <= 12; i++) {
        DetectionResult result = (DetectionResult) answers.get(i - 1).join().value();
        assertThat(result.width()).isEqualTo(64 * i);
        assertThat(result.detections()).hasSize(1);
      }
      assertThat(answers.stream().mapToInt(answer -> answer.join().batchSize()).max().getAsInt())
          .isGreaterThan(1);
    }
  }

  @Test
  void shouldTakeWhatSettingsSay() {
    Table two =
        new Table(84, 7)
            .row(0, 32, 32, 24, 24, 0, 0.75, 0)
            .row(1, 32, 32, 24, 20, 0, 0, 0.5)
            .row(2, 32, 32, 24, 22, 0, 0.4, 0);
    KnownOutputs model = KnownOutputs.ofSize(64, 64).output("output0", two.transposed(), 1, 7, 84);

    assertThat(labels(model, Map.of())).containsExactly("dog", "bird");
    assertThat(labels(model, Map.of("agnostic", "true"))).containsExactly("dog");
    assertThat(labels(model, Map.of("nms", "none"))).containsExactly("dog", "bird", "dog");
    assertThat(labels(model, Map.of("iou", "0.95"))).containsExactly("dog", "bird", "dog");
    assertThat(labels(model, Map.of("maxDetections", "1"))).containsExactly("dog");
    assertThat(labels(model, Map.of("scoreThreshold", "0.7"))).containsExactly("dog");
    assertThat(labels(model, Map.of("head", "yolov8"))).containsExactly("dog", "bird");
  }

  private static List<String> labels(KnownOutputs model, Map<String, String> settings) {
    return detect(model.entry(settings, THINGS), TestPictures.noise(64, 64)).detections().stream()
        .map(Detection::label)
        .toList();
  }

  @Test
  void shouldTakePicturesOfAnyProportions() {
    for (int[] size : new int[][] {{1, 1}, {4000, 2}, {2, 4000}}) {
      DetectionResult result = detect(oneThing(Map.of()), TestPictures.noise(size[0], size[1]));

      assertThat(result.detections()).hasSize(1);
      Box box = result.detections().get(0).box();
      assertThat(box.left()).isBetween(0.0, box.right());
      assertThat(box.top()).isBetween(0.0, box.bottom());
      assertThat(box.right()).isLessThanOrEqualTo(size[0]);
      assertThat(box.bottom()).isLessThanOrEqualTo(size[1]);
      assertThat((box.left() + box.right()) / 2).isCloseTo(size[0] / 2.0, within(0.01 * size[0]));
    }
  }

  @Test
  void shouldFindNothingInOutputsThatAreNoNumbers() {
    float[] nothing = new float[84 * 8];
    Arrays.fill(nothing, Float.NaN);
    for (String head : List.of("yolov8", "yolov5", "yolox")) {
      ModelEntry model =
          KnownOutputs.ofSize(64, 64)
              .output("output0", nothing, 1, 84, 8)
              .entry(Map.of("head", head, "scoreThreshold", "0"));

      assertThat(detect(model, TestPictures.noise(64, 64)).detections()).as(head).isEmpty();
    }
  }

  @Test
  void shouldFindNothingWhereTheModelSaysSo() {
    ModelEntry model =
        KnownOutputs.ofSize(64, 64)
            .output("detection_boxes", new float[] {0, 0, 1, 1}, 1, 1, 4)
            .output("detection_classes", new float[] {1}, 1, 1)
            .output("detection_scores", new float[] {1}, 1, 1)
            .output("num_detections", new float[] {0}, 1)
            .entry(Map.of());

    assertThat(detect(model, TestPictures.noise(64, 64)).detections()).isEmpty();
  }

  /** ONNX Runtime's Java interface has no empty outputs; an OpenCL device may answer them. */
  @Test
  void shouldTakeEmptyOutputs() {
    Candidates found = new Candidates(0);

    new SsdHead("bboxes", "labels", "scores", null, false)
        .read(
            Map.of(
                "bboxes", Tensor.of(new float[0], 1, 0, 4),
                "labels", Tensor.of(new long[0], 1, 0),
                "scores", Tensor.of(new float[0], 1, 0)),
            64,
            64,
            found);

    assertThat(found.best(10)).isEmpty();
  }

  @Test
  void shouldRefuseWhatIsNoPictureAndServeOn() {
    try (Task task = Devices.task(oneThing(Map.of("limits.maxPixels", "10000")), "cpu")) {
      for (Object body :
          new Object[] {
            new byte[] {1, 2, 3}, new byte[0], "text", List.of(), TestPictures.noise(101, 100)
          }) {
        assertThatThrownBy(() -> submit(task, body))
            .hasCauseInstanceOf(InvalidInputException.class);
      }
      assertThatThrownBy(() -> submit(task, TestPictures.noise(101, 100)))
          .hasMessageContaining("101 × 100 pixels, over the limit of 10000");
      assertThat(submit(task, TestPictures.noise(100, 100)).details())
          .containsEntry(DetectionTask.DETECTIONS, 1);
    }
  }

  @Test
  void shouldRefuseLabelsOfAnotherNumber() {
    ModelEntry model =
        KnownOutputs.ofSize(64, 64)
            .output("output0", ONE.transposed(), 1, 7, 84)
            .entry(Map.of(), "cat", "dog");

    assertRefused(model, "3 classes", "2 lines");
  }

  /** The model tells its classes only when it answers. */
  @Test
  void shouldFailOnAClassWithoutALabel() {
    Table rows = new Table(300, 6).row(0, 24, 28, 40, 36, 0.9, 3);
    ModelEntry model =
        KnownOutputs.ofSize(64, 64)
            .output("output0", rows.values(), 1, 300, 6)
            .entry(Map.of(), THINGS);

    assertRefused(model, "class 3", "3 lines");
  }

  @Test
  void shouldTellTheOutputsOfAModelWithoutAKnownHead() {
    KnownOutputs model =
        KnownOutputs.ofSize(64, 64)
            .output("heat", new float[16], 1, 4, 4)
            .output("depth", new float[3], 1, 3);

    assertRefused(
        model.entry(Map.of()), "heat [1, 4, 4]; depth [1, 3]", "64 × 64", "set 'head'", "YOLOX");
    for (String head :
        List.of("ssd", "yolov5", "yolov8", "yolov10", "yolox", "blazeface", "ultraface")) {
      assertRefused(model.entry(Map.of("head", head)), "heat [1, 4, 4]; depth [1, 3]");
    }
  }

  /** 50 rows are no grid of 64 × 64; that is seen when the model has answered. */
  @Test
  void shouldRefuseAGridOfAnotherSize() {
    ModelEntry model =
        KnownOutputs.ofSize(64, 64)
            .output("output", new float[50 * 8], 1, 50, 8)
            .entry(Map.of("head", "yolox"));

    assertRefused(model, "50 rows", "64 × 64");
  }

  @Test
  void shouldRefuseSettingsThatMakeNoSense() {
    assertRefused(oneThing(Map.of("head", "yolov99")), "head", "yolov99", "YOLOV8");
    assertRefused(oneThing(Map.of("iou", "2")), "iou", "from 0.0 to 1.0");
    assertRefused(oneThing(Map.of("nms", "soft")), "nms", "GREEDY, BLEND, NONE");
    assertRefused(oneThing(Map.of("scoreTreshold", "0.5")), "scoreTreshold", "scoreThreshold");
  }

  private static void assertRefused(ModelEntry model, String... parts) {
    assertThatThrownBy(() -> Devices.task(model, "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .message()
        .contains(parts);
  }

  @Test
  void shouldTellALineAndJson() throws Exception {
    Detection face =
        new Detection("face", 0, 0.914, new Box(1.25, 2, 3, 4.5), List.of(new Keypoint(2, 3)));
    DetectionResult result = new DetectionResult(640, 480, List.of(face));

    assertThat(result).hasToString("1 in 640 × 480: face 0.91 [1, 2, 3, 5]");
    assertThat(new DetectionResult(1, 1, List.of())).hasToString("0 in 1 × 1");
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(json.writeValueAsString(result)))
        .isEqualTo(
            json.readTree(
                """
                {"width": 640, "height": 480, "detections": [
                  {"label": "face", "labelIndex": 0, "score": 0.914,
                   "box": {"left": 1.25, "top": 2.0, "right": 3.0, "bottom": 4.5},
                   "keypoints": [{"x": 2.0, "y": 3.0}]}]}
                """));
    assertThat(json.readValue(json.writeValueAsString(result), DetectionResult.class))
        .isEqualTo(result);
  }

  private static ModelEntry oneThing(Map<String, String> settings) {
    return KnownOutputs.ofSize(64, 64)
        .output("output0", ONE.transposed(), 1, 7, 84)
        .entry(settings);
  }

  private static DetectionResult detect(ModelEntry model, Picture picture) {
    try (Task task = Devices.task(model, "cpu")) {
      return (DetectionResult) submit(task, picture).value();
    }
  }

  private static TaskResult submit(Task task, Object body) {
    return task.submit(body, TaskCall.of(Priority.NORMAL)).toCompletableFuture().join();
  }
}
