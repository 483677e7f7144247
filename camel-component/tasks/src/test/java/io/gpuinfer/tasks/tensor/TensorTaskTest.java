package io.gpuinfer.tasks.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TinyModel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TensorTaskTest {

  private static final TaskCall CALL = TaskCall.of(Priority.NORMAL);
  private static final float[] ROW = {1, 2, 3};

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldAnswerAModelOfOneInputAndOutputWithoutNames(String device) {
    try (Task task = Devices.task(TinyModel.negation(), device)) {
      Tensor negated = Tensor.of(new float[] {-1, -2, -3}, 1, 3);

      assertThat(submit(task, ROW).value()).isEqualTo(negated);
      assertThat(submit(task, Tensor.of(ROW, 1, 3)).value()).isEqualTo(negated);
      assertThat(submit(task, Map.of("x", Tensor.of(ROW, 1, 3))).value()).isEqualTo(negated);
      assertThat(submit(task, new float[] {1, 2, 3, 4, 5, 6}).value())
          .isEqualTo(Tensor.of(new float[] {-1, -2, -3, -4, -5, -6}, 2, 3));
    }
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldAnswerAModelOfSeveralInputsAndOutputsByName(String device) {
    try (Task task = Devices.task(TinyModel.sumAndDifference(), device)) {
      Tensor ones = Tensor.of(new float[] {1, 1, 1}, 1, 3);

      TaskResult result = submit(task, Map.of("a", Tensor.of(ROW, 1, 3), "b", ones));

      assertThat(result.value())
          .isEqualTo(
              Map.of(
                  "sum", Tensor.of(new float[] {2, 3, 4}, 1, 3),
                  "difference", Tensor.of(new float[] {0, 1, 2}, 1, 3)));
      assertThat(result.modelVersion()).isEqualTo("7");
    }
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldAnswerAListOneByOne(String device) {
    try (Task task = Devices.task(TinyModel.negation(), device)) {
      assertThat(submit(task, List.of(ROW, Tensor.of(new float[6], 2, 3))).value())
          .isEqualTo(
              List.of(
                  Tensor.of(new float[] {-1, -2, -3}, 1, 3),
                  Tensor.of(new float[] {-0f, -0f, -0f, -0f, -0f, -0f}, 2, 3)));
      assertThatThrownBy(() -> submit(task, List.of()))
          .hasCauseInstanceOf(InvalidInputException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldRefuseWhatDoesNotFitAndServeOn(String device) {
    try (Task task = Devices.task(TinyModel.negation(), device)) {
      for (Object body :
          new Object[] {
            "text",
            new float[0],
            new float[4],
            Tensor.of(new float[2], 1, 2),
            Tensor.of(new float[3], 3),
            Tensor.of(new int[3], 1, 3),
            Map.of("z", Tensor.of(ROW, 1, 3)),
            Map.of("x", "1, 2, 3"),
            Map.of(),
            List.of(1, 2),
            List.of(List.of(1, 2, 3), List.of(4, 5)),
            List.of(List.of(1, 2, 3), 4),
            List.of("1, 2, 3"),
            "[1, 2, 3]",
            new byte[0],
            new byte[] {1, 2, 3}
          }) {
        assertThatThrownBy(() -> submit(task, body))
            .hasCauseInstanceOf(InvalidInputException.class);
      }
      assertThatThrownBy(() -> submit(task, null)).hasMessageContaining("nothing");
      assertThat(submit(task, ROW).value()).isInstanceOf(Tensor.class);
    }
  }

  @Test
  void shouldTakeNumbersOfJavaAsTheTypeThatTheModelWants() {
    try (Task task = Devices.task(TinyModel.negation(), "cpu")) {
      Tensor negated = Tensor.of(new float[] {-1, -2, -3}, 1, 3);
      Tensor twoRows = Tensor.of(new float[] {-1, -2, -3, -4, -5, -6.5f}, 2, 3);

      for (Object body :
          new Object[] {
            new int[] {1, 2, 3},
            new long[] {1, 2, 3},
            new double[] {1, 2, 3},
            List.of(1, 2L, 3.0),
            List.of(List.of(1, 2, 3)),
            Map.of("x", ROW),
            Map.of("x", List.of(1, 2, 3)),
            Map.of("x", new float[][] {ROW})
          }) {
        assertThat(submit(task, body).value()).isEqualTo(negated);
      }
      assertThat(submit(task, List.of(List.of(1, 2, 3), List.of(4, 5, 6.5))).value())
          .isEqualTo(twoRows);
      assertThat(submit(task, new float[][] {ROW, {4, 5, 6.5f}}).value()).isEqualTo(twoRows);
    }
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldAnswerInTheFormatOfTheRequest(String device) {
    try (Task task = Devices.task(with(TinyModel.negation(), "format", "same"), device)) {
      Tensor row = Tensor.of(ROW, 1, 3);
      Tensor negated = Tensor.of(new float[] {-1, -2, -3}, 1, 3);

      assertThat(submit(task, row).value()).isEqualTo(negated);
      assertThat(NpyFormat.read((byte[]) submit(task, NpyFormat.write(row)).value(), 1000))
          .isEqualTo(negated);
      assertThat(
              NpzFormat.read(
                  (byte[]) submit(task, NpzFormat.write(Map.of("x", row))).value(), 1000))
          .isEqualTo(Map.of("y", negated));
      String answer =
          "{\"model_name\":\"tiny\",\"model_version\":\"7\",\"id\":\"q\",\"outputs\":["
              + "{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[-1.0,-2.0,-3.0]}]}";
      assertThat(submit(task, json("x", "y")).value()).isEqualTo(answer);
      assertThat(submit(task, json("x", "y").getBytes(UTF_8)).value()).isEqualTo(answer);
      assertThat(
              submit(task, OpenInferenceRequest.read(json("x", "y").getBytes(UTF_8), 1000)).value())
          .isEqualTo(answer);
      assertThat(submit(task, List.of(json("x", "y"), row)).value())
          .isEqualTo(List.of(answer, negated));
    }
  }

  @Test
  void shouldAnswerInTheFormatOfItsSettings() {
    Tensor row = Tensor.of(ROW, 1, 3);
    Map<String, Tensor> rows = Map.of("a", row, "b", row);
    ModelEntry two = TinyModel.sumAndDifference();
    try (Task npz = Devices.task(with(two, "format", "NPZ"), "cpu");
        Task same = Devices.task(with(two, "format", "same"), "cpu")) {
      Map<String, Tensor> answer = NpzFormat.read((byte[]) submit(npz, rows).value(), 1000);

      assertThat(answer.keySet()).containsExactly("sum", "difference");
      assertThat(answer).containsEntry("sum", Tensor.of(new float[] {2, 4, 6}, 1, 3));
      assertThat(submit(same, NpzFormat.write(rows)).value()).isInstanceOf(byte[].class);
    }
    assertThatThrownBy(() -> Devices.task(with(two, "format", "npy"), "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("npz");
  }

  @Test
  void shouldAnswerWithTheOutputsThatARequestNames() {
    try (Task task = Devices.task(with(TinyModel.sumAndDifference(), "format", "tensor"), "cpu")) {
      Map<String, Tensor> rows = Map.of("a", Tensor.of(ROW, 1, 3), "b", Tensor.of(ROW, 1, 3));

      assertThat(submit(task, new OpenInferenceRequest(null, rows, List.of("difference"))).value())
          .isEqualTo(Tensor.of(new float[3], 1, 3));
      assertThatThrownBy(
              () -> submit(task, new OpenInferenceRequest(null, rows, List.of("product"))))
          .hasMessageContaining("product")
          .hasMessageContaining("[sum, difference]");
    }
  }

  @Test
  void shouldRefuseFilesAndTextsThatDoNotFitTheModel() {
    try (Task task =
        Devices.task(with(TinyModel.negation(), "limits.maxTensorBytes", "24"), "cpu")) {
      assertRefused(task, json("z", "y"), "no input 'z'; it has [x]");
      assertRefused(task, json("x", "z"), "no output 'z'; it has [y]");
      assertRefused(task, NpzFormat.write(Map.of("z", Tensor.of(ROW, 1, 3))), "no input 'z'");
      assertRefused(task, NpyFormat.write(Tensor.wrap(new double[3], 1, 3)), "FLOAT64");
      assertRefused(task, NpyFormat.write(Tensor.of(new float[9], 3, 3)), "limit of 24 bytes");
      assertRefused(task, NumpyFile.read("refused-object.npy"), "pickled");
      assertRefused(task, "{\"inputs\":", "line 1");
      assertThat(submit(task, NpyFormat.write(Tensor.of(ROW, 1, 3))).value()).isNotNull();
    }
  }

  /** What is read on a worker is answered as what is read at once. */
  @Test
  void shouldAnswerLargeFiles() {
    try (Task task = Devices.task(TinyModel.negation(), "cpu")) {
      float[] values = new float[30_000];
      values[29_999] = 7;

      Tensor answer = (Tensor) submit(task, NpyFormat.write(Tensor.of(values, 10_000, 3))).value();

      assertThat(answer.doubleAt(29_999)).isEqualTo(-7);
    }
  }

  @Test
  void shouldAskForNamesWhenThereAreSeveralInputs() {
    try (Task task = Devices.task(TinyModel.sumAndDifference(), "cpu")) {
      assertThatThrownBy(() -> submit(task, ROW)).hasMessageContaining("[a, b]");
    }
  }

  @Test
  void shouldRefuseAnEntryWithoutModelOrWithSettings() {
    ModelEntry model = TinyModel.negation();
    ModelEntry none =
        new ModelEntry("m", "1", "tensor", Map.of("keys", model.file("model")), Map.of());
    ModelEntry set =
        new ModelEntry(
            "m", "1", "tensor", model.files(), Devices.settings(Map.of("pooling", "mean")));

    assertThatThrownBy(() -> Devices.task(none, "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("[keys]");
    assertThatThrownBy(() -> Devices.task(set, "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("pooling");
  }

  private static String json(String input, String output) {
    return """
     {"id": "q", "outputs": [{"name": "%s"}],
      "inputs": [{"name": "%s", "shape": [1, 3], "datatype": "FP32", "data": [1, 2, 3]}]}
    """
        .formatted(output, input);
  }

  private static ModelEntry with(ModelEntry model, String setting, String value) {
    return model.with(Devices.settings(Map.of(setting, value)));
  }

  private static void assertRefused(Task task, Object body, String saying) {
    assertThatThrownBy(() -> submit(task, body))
        .hasCauseInstanceOf(InvalidInputException.class)
        .hasMessageContaining(saying);
  }

  private static TaskResult submit(Task task, Object body) {
    return task.submit(body, CALL).toCompletableFuture().join();
  }
}
