package io.gpuinfer.tasks.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.OnnxRuntimeOracle;
import io.gpuinfer.engine.testing.RealModels;
import io.gpuinfer.engine.testing.SeededWeights;
import io.gpuinfer.engine.testing.TestData;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.TestPictures;
import io.gpuinfer.tasks.image.GraphBuilder;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PillowResize;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SqueezeNet, with seeded weights, on photographs, against ONNX Runtime on what Pillow's algorithm
 * makes of them.
 */
class ClassificationTaskTest {

  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] DEVIATION = {0.229, 0.224, 0.225};

  private static byte[] squeezenet;
  private static String labels;

  @BeforeAll
  static void readModel() {
    Optional<byte[]> graph = RealModels.light("squeezenet");
    Optional<byte[]> names =
        TestData.bytes("darknet/usr/share/darknet/data/imagenet.shortnames.list");
    assumeTrue(graph.isPresent() && names.isPresent(), "No SqueezeNet, or no labels of ImageNet");
    squeezenet = SeededWeights.fill(graph.get(), 1);
    labels =
        new String(names.get(), StandardCharsets.UTF_8)
            .lines()
            .limit(1000)
            .collect(Collectors.joining("\n", "", "\n"));
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldNameTheClassesThatOnnxRuntimeFinds(String device) {
    try (Task task = task(squeezenet, device, Map.of())) {
      assertThat(task.type()).isEqualTo(TaskType.CLASSIFICATION);
      assertThat(task.content()).isEqualTo(Content.PICTURE);
      for (String name : List.of("chelsea.png", "astronaut.png")) {
        List<Classification> answer = classify(task, TestPictures.photographFile(name));

        float[] expected = expected(TestPictures.photograph(name));
        List<Integer> likeliest = likeliest(expected, 5);
        assertThat(answer).extracting(Classification::index).isEqualTo(likeliest);
        for (Classification one : answer) {
          assertThat(one.probability()).isCloseTo(expected[one.index()], within(2e-4));
          assertThat(one.label()).isEqualTo(labels.lines().toList().get(one.index()));
        }
      }
    }
  }

  /** Whether a model that takes any batch runs them together is the server's to say. */
  @Test
  void shouldAnswerEachOfSeveralCallersItsOwn() {
    ModelEntry entry =
        new ModelEntry(
            "means",
            "1",
            "classification",
            Map.of("model", channelMeans()),
            Devices.settings(Map.of("preprocessing.preset", "raw", "activation", "none")));
    List<Picture> pictures =
        IntStream.range(0, 8).mapToObj(i -> TestPictures.noise(16, 8 + 3 * i)).toList();
    try (Task task = Devices.task(entry, Devices.options("cpu"))) {
      List<CompletableFuture<TaskResult>> calls =
          pictures.stream().map(picture -> submit(task, picture)).toList();

      List<List<Integer>> together = calls.stream().map(call -> indices(call.join())).toList();
      assertThat(together)
          .isEqualTo(
              pictures.stream().map(picture -> indices(submit(task, picture).join())).toList());
    }
  }

  @Test
  void shouldAnswerAListInItsOrder() {
    List<String> names = List.of("chelsea.png", "astronaut.png", "chelsea.png");
    try (Task task = task(squeezenet, "cpu", Map.of("topK", "3"))) {
      List<List<Classification>> alone =
          names.stream().map(name -> classify(task, TestPictures.photograph(name))).toList();

      Object together =
          submit(task, names.stream().map(TestPictures::photograph).toList()).join().value();

      assertThat(together).isEqualTo(alone);
      assertThat(alone.get(0)).hasSize(3).isNotEqualTo(alone.get(1));
    }
  }

  @Test
  void shouldRefuseWhatIsNoPicture() {
    try (Task task = task(squeezenet, "cpu", Map.of())) {
      for (Object body : new Object[] {List.of(), new byte[] {1, 2, 3}, "a cat"}) {
        assertThatThrownBy(() -> submit(task, body).join())
            .hasCauseInstanceOf(InvalidInputException.class);
      }
    }
  }

  @Test
  void shouldRefuseLabelsOfAnotherNumberThanTheClasses() {
    ModelEntry entry = entry(squeezenet, Map.of());
    Map<String, ModelSource> files = new HashMap<>(entry.files());
    files.put(
        "labels", ModelSource.of("labels.txt", "cat\ndog\n".getBytes(StandardCharsets.UTF_8)));
    ModelEntry wrong = new ModelEntry("squeezenet", "1", entry.task(), files, Map.of());

    assertThatThrownBy(() -> Devices.task(wrong, "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("1000 classes")
        .hasMessageContaining("2 lines");
  }

  @Test
  void shouldRefuseAnOutputThatIsNotThere() {
    assertThatThrownBy(() -> task(squeezenet, "cpu", Map.of("output", "logits")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("softmaxout_1");
  }

  private static Task task(byte[] model, String device, Map<String, String> settings) {
    return Devices.task(entry(model, settings), device);
  }

  private static ModelEntry entry(byte[] model, Map<String, String> settings) {
    return new ModelEntry(
        "squeezenet",
        "1",
        "classification",
        Map.of(
            "model", ModelSource.of("squeezenet.onnx", model),
            "labels", ModelSource.of("labels.txt", labels.getBytes(StandardCharsets.UTF_8))),
        Devices.settings(settings));
  }

  private static CompletableFuture<TaskResult> submit(Task task, Object body) {
    return task.submit(body, TaskCall.of(Priority.NORMAL)).toCompletableFuture();
  }

  private static List<Classification> classify(Task task, Object body) {
    return ((List<?>) submit(task, body).join().value())
        .stream().map(Classification.class::cast).toList();
  }

  private static List<Integer> indices(TaskResult result) {
    return ((List<?>) result.value()).stream().map(one -> ((Classification) one).index()).toList();
  }

  /** torchvision's evaluation transform: the shorter side to 256, the middle 224 × 224. */
  private static float[] expected(Picture picture) {
    int shorter = Math.min(picture.width(), picture.height());
    int width = 256 * picture.width() / shorter;
    int height = 256 * picture.height() / shorter;
    int left = (int) Math.rint((width - 224) / 2.0);
    int top = (int) Math.rint((height - 224) / 2.0);
    PillowResize resize = new PillowResize(picture.width(), picture.height(), width, height, false);
    float[] pixels = new float[3 * 224 * 224];
    for (int channel = 0; channel < 3; channel++) {
      double[] levels = resize.resize(picture, 2 - channel);
      for (int i = 0; i < 224 * 224; i++) {
        double level = levels[(i / 224 + top) * width + i % 224 + left] / 255;
        pixels[channel * 224 * 224 + i] = (float) ((level - MEAN[channel]) / DEVIATION[channel]);
      }
    }
    Map<String, Tensor> outputs =
        OnnxRuntimeOracle.answer(
            squeezenet, Map.of(inputName(), Tensor.wrap(pixels, 1, 3, 224, 224)));
    return outputs.get("softmaxout_1").toFloatArray();
  }

  private static List<Integer> likeliest(float[] probabilities, int count) {
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < probabilities.length; i++) {
      indices.add(i);
    }
    indices.sort(
        Collections.reverseOrder((a, b) -> Float.compare(probabilities[a], probabilities[b])));
    return indices.subList(0, count);
  }

  private static String inputName() {
    return parse(squeezenet).getGraph().getInput(0).getName();
  }

  /** The mean of each channel, for any batch. */
  private static ModelSource channelMeans() {
    GraphBuilder graph = new GraphBuilder("means");
    graph.input("x", DataType.FLOAT32, "n", 3, 16, 16);
    graph.node("GlobalAveragePool", "means", "x");
    graph.output("means", DataType.FLOAT32, "n", 3, 1, 1);
    return graph.source();
  }

  private static ModelProto parse(byte[] model) {
    try {
      return ModelProto.parseFrom(model);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
