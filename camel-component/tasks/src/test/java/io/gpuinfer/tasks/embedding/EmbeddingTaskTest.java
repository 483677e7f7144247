package io.gpuinfer.tasks.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.text.TestVectors;
import io.gpuinfer.tasks.text.TextModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddingTaskTest {

  private static final TaskCall CALL = TaskCall.of(Priority.NORMAL);
  private static final String EATING = "A man is eating food.";

  private final Map<String, Task> tasks = new HashMap<>();

  static Stream<String> devices() {
    return Devices.all();
  }

  @AfterAll
  void close() {
    tasks.values().forEach(Task::close);
  }

  /** The values that sentence-transformers publishes for this model and sentence. */
  @ParameterizedTest
  @MethodSource("devices")
  void shouldGiveTheKnownVector(String device) {
    TaskResult result = submit(device, EATING);
    float[] vector = (float[]) result.value();

    assertThat(vector).hasSize(384);
    assertThat(vector[0]).isCloseTo(0.03324158f, within(1e-5f));
    assertThat(vector[1]).isCloseTo(0.0044060955f, within(1e-5f));
    assertThat(vector[2]).isCloseTo(-0.006276962f, within(1e-5f));
    assertThat(TestVectors.cosine(vector, vector)).isCloseTo(1, within(1e-6));
    assertThat(result.details()).containsEntry(TextModel.TRUNCATED, false);
    assertThat(result.modelVersion()).isEqualTo("1");
    // Degraded it is when others keep the machine busy, and batches take longer than they did.
    assertThat(result.state()).isIn(ServerState.STABLE, ServerState.DEGRADED);
    assertThat(result.computeNanos()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldGiveEachTextOfAListTheVectorItHasAlone(String device) {
    List<String> texts =
        IntStream.range(0, 40)
            .mapToObj(i -> EATING + " And then one more.".repeat(i % 7 * (i % 3)))
            .toList();

    List<?> together = (List<?>) submit(device, texts).value();

    assertThat(together).hasSize(40);
    for (int i : new int[] {0, 1, 13, 20, 39}) {
      float[] alone = (float[]) submit(device, texts.get(i)).value();
      assertThat(TestVectors.cosine((float[]) together.get(i), alone))
          .as("text %d", i)
          .isGreaterThan(0.99999);
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldFindLikeSentencesAlike(String device) {
    float[] eating = (float[]) submit(device, EATING).value();
    float[] pasta = (float[]) submit(device, "Someone eats a plate of pasta.").value();
    float[] rocket = (float[]) submit(device, "The rocket left the launch pad.").value();

    assertThat(TestVectors.cosine(eating, pasta))
        .isGreaterThan(TestVectors.cosine(eating, rocket) + 0.3);
  }

  @Test
  void shouldCutTextsThatAreTooLongAndSaySo() {
    String cut = "one ".repeat(254);

    TaskResult fits = submit("cpu", cut);
    TaskResult over = submit("cpu", cut + "two three");

    assertThat(fits.details()).containsEntry(TextModel.TRUNCATED, false);
    assertThat(over.details()).containsEntry(TextModel.TRUNCATED, true);
    assertThat((float[]) over.value()).isEqualTo((float[]) fits.value());
  }

  @Test
  void shouldPutThePrefixBeforeEachText() {
    try (Task prefixed = Devices.task(Devices.minilm(Map.of("prefix", "query: ")), "cpu")) {
      Object vector = prefixed.submit("food", CALL).toCompletableFuture().join().value();

      assertThat((float[]) vector)
          .containsExactly((float[]) submit("cpu", "query: food").value(), within(1e-6f));
    }
  }

  @Test
  void shouldCountTokensAndDimensions() {
    TaskResult result = submit("cpu", List.of(EATING, ""));

    assertThat(result.details())
        .containsEntry(TextModel.TOKENS, 8 + 2)
        .containsEntry(EmbeddingTask.DIMENSIONS, 384);
  }

  @Test
  void shouldEmbedTheEmptyText() {
    assertThat((float[]) submit("cpu", "").value()).hasSize(384).doesNotContain(Float.NaN);
  }

  @Test
  void shouldRefuseAnExpiredCall() {
    TaskCall expired = new TaskCall(Priority.NORMAL, System.nanoTime() - 1);

    assertThatThrownBy(() -> shared("cpu").submit(EATING, expired).toCompletableFuture().join())
        .hasCauseInstanceOf(DeadlineExceededException.class);
  }

  private Task shared(String device) {
    return tasks.computeIfAbsent(
        device, d -> Devices.task(Devices.minilm(Map.of("limits.maxTokens", "256")), d));
  }

  private TaskResult submit(String device, Object body) {
    return submit(shared(device), body);
  }

  private static TaskResult submit(Task task, Object body) {
    return task.submit(body, CALL).toCompletableFuture().join();
  }
}
