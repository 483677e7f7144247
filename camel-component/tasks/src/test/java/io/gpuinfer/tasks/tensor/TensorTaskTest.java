package io.gpuinfer.tasks.tensor;

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
            Map.of("x", ROW),
            Map.of()
          }) {
        assertThatThrownBy(() -> submit(task, body))
            .hasCauseInstanceOf(InvalidInputException.class);
      }
      assertThatThrownBy(() -> submit(task, null)).hasMessageContaining("nothing");
      assertThat(submit(task, ROW).value()).isInstanceOf(Tensor.class);
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

  private static TaskResult submit(Task task, Object body) {
    return task.submit(body, CALL).toCompletableFuture().join();
  }
}
