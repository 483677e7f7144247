package io.gpuinfer.tasks.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
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
    assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-6));
    assertThat(result.details()).containsEntry(EmbeddingTask.TRUNCATED, false);
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
      assertThat(cosine((float[]) together.get(i), alone)).as("text %d", i).isGreaterThan(0.99999);
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldFindLikeSentencesAlike(String device) {
    float[] eating = (float[]) submit(device, EATING).value();
    float[] pasta = (float[]) submit(device, "Someone eats a plate of pasta.").value();
    float[] rocket = (float[]) submit(device, "The rocket left the launch pad.").value();

    assertThat(cosine(eating, pasta)).isGreaterThan(cosine(eating, rocket) + 0.3);
  }

  @Test
  void shouldCutTextsThatAreTooLongAndSaySo() {
    String cut = "one ".repeat(254);

    TaskResult fits = submit("cpu", cut);
    TaskResult over = submit("cpu", cut + "two three");

    assertThat(fits.details()).containsEntry(EmbeddingTask.TRUNCATED, false);
    assertThat(over.details()).containsEntry(EmbeddingTask.TRUNCATED, true);
    assertThat((float[]) over.value()).isEqualTo((float[]) fits.value());
  }

  @Test
  void shouldPoolByTheFirstTokenWhenTold() {
    try (Task cls = Devices.task(Devices.minilm(Map.of("pooling", "cls")), "cpu")) {
      float[] first = (float[]) cls.submit(EATING, CALL).toCompletableFuture().join().value();
      float[] mean = (float[]) submit("cpu", EATING).value();

      assertThat(cosine(first, first)).isCloseTo(1, within(1e-6));
      assertThat(cosine(first, mean)).isLessThan(0.99);
    }
  }

  /** The sentence's word pieces, as the model's authors number them. */
  @ParameterizedTest
  @MethodSource("devices")
  void shouldPoolByTheLargestValuesWhenTold(String device) {
    long[] ids = {101, 1037, 2158, 2003, 5983, 2833, 1012, 102};
    Map<String, Tensor> inputs =
        Map.of(
            "input_ids", Tensor.wrap(ids, 1, 8),
            "attention_mask", Tensor.wrap(new long[] {1, 1, 1, 1, 1, 1, 1, 1}, 1, 8),
            "token_type_ids", Tensor.wrap(new long[8], 1, 8));
    ModelEntry minilm = Devices.minilm(Map.of("pooling", "max", "normalize", "false"));
    ModelEntry raw = new ModelEntry("raw", "1", "tensor", minilm.files(), Map.of());
    try (Task oracle = Devices.task(raw, "cpu");
        Task task = Devices.task(minilm, device)) {
      Tensor hidden = (Tensor) oracle.submit(inputs, CALL).toCompletableFuture().join().value();
      float[] values = hidden.toFloatArray();
      float[] vector = (float[]) task.submit(EATING, CALL).toCompletableFuture().join().value();

      for (int i = 0; i < 384; i++) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int token = 0; token < 8; token++) {
          largest = Math.max(largest, values[384 * token + i]);
        }
        assertThat(vector[i]).isCloseTo(largest, within(1e-4f));
      }
    }
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
        .containsEntry(EmbeddingTask.TOKENS, 8 + 2)
        .containsEntry(EmbeddingTask.DIMENSIONS, 384);
  }

  @Test
  void shouldEmbedTheEmptyText() {
    assertThat((float[]) submit("cpu", "").value()).hasSize(384).doesNotContain(Float.NaN);
  }

  @Test
  void shouldRefuseWhatIsNoTextAndServeOn() {
    for (Object body : new Object[] {42, List.of(), List.of("a", 1), "x".repeat(1_000_001)}) {
      assertThatThrownBy(() -> submit("cpu", body)).hasCauseInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(() -> submit("cpu", null)).hasMessageContaining("nothing");
    assertThat(submit("cpu", EATING).value()).isNotNull();
  }

  @Test
  void shouldRefuseAnExpiredCall() {
    TaskCall expired = new TaskCall(Priority.NORMAL, System.nanoTime() - 1);

    assertThatThrownBy(() -> task("cpu").submit(EATING, expired).toCompletableFuture().join())
        .hasCauseInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void shouldRefuseSettingsItDoesNotUnderstand() {
    assertThatThrownBy(() -> Devices.task(Devices.minilm(Map.of("pooling", "last")), "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("MEAN, MAX, CLS");
    assertThatThrownBy(() -> Devices.task(Devices.minilm(Map.of("maxLen", "9")), "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("limits.maxTokens");
    assertThatThrownBy(() -> Devices.task(Devices.minilm(Map.of("limits.maxTokens", "x")), "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("from 2");
  }

  private Task task(String device) {
    return tasks.computeIfAbsent(
        device, d -> Devices.task(Devices.minilm(Map.of("limits.maxTokens", "256")), d));
  }

  private TaskResult submit(String device, Object body) {
    return task(device).submit(body, CALL).toCompletableFuture().join();
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double lengthA = 0;
    double lengthB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      lengthA += a[i] * a[i];
      lengthB += b[i] * b[i];
    }
    return dot / Math.sqrt(lengthA * lengthB);
  }
}
