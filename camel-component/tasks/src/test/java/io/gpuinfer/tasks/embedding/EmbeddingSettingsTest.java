package io.gpuinfer.tasks.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.PlanDescription;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.Setting;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.text.HeadedModel;
import io.gpuinfer.tasks.text.TestVectors;
import io.gpuinfer.tasks.text.TextModel;
import io.gpuinfer.tasks.text.TextOracle;
import io.gpuinfer.tasks.text.TinyTextModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each setting changes, on a model that loads at once. */
class EmbeddingSettingsTest {

  private static final TaskCall CALL = TaskCall.of(Priority.NORMAL);
  private static final String EATING = "A man is eating food.";

  private static TextOracle oracle;

  static Stream<String> devices() {
    return Devices.all();
  }

  @BeforeAll
  static void open() throws Exception {
    oracle = new TextOracle(TinyTextModel.entry(Map.of()));
  }

  @AfterAll
  static void close() throws Exception {
    oracle.close();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldPoolAsTold(String device) throws Exception {
    float[][] hidden = oracle.hidden(EATING);

    Map.of("mean", TestVectors.mean(hidden), "cls", hidden[0], "max", largest(hidden))
        .forEach(
            (pooling, expected) -> {
              try (Task task = task(device, "pooling", pooling, "normalize", "false")) {
                assertThat((float[]) submit(task, EATING).value())
                    .as(pooling)
                    .containsExactly(expected, within(1e-4f));
              }
              try (Task task = task(device, "pooling", pooling)) {
                assertThat((float[]) submit(task, EATING).value())
                    .as("%s, of length 1", pooling)
                    .containsExactly(TestVectors.unit(expected), within(1e-4f));
              }
            });
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldAnswerTheVectorsOfAllTokensWhenNotToPool(String device) throws Exception {
    List<String> texts = List.of("Food.", EATING + " He likes it very much.");

    try (Task task = task(device, "pooling", "none", "normalize", "false")) {
      TaskResult result = submit(task, texts);

      List<?> values = (List<?>) result.value();
      for (int text = 0; text < texts.size(); text++) {
        float[][] expected = oracle.hidden(texts.get(text));
        float[][] tokens = (float[][]) values.get(text);
        assertThat(tokens).hasNumberOfRows(expected.length);
        for (int token = 0; token < expected.length; token++) {
          assertThat(tokens[token]).containsExactly(expected[token], within(1e-4f));
        }
      }
      assertThat(result.details()).containsEntry(EmbeddingTask.DIMENSIONS, 8);
      assertThatThrownBy(() -> submit(task, Collections.nCopies(150, "word ".repeat(600))))
          .hasCauseInstanceOf(InvalidInputException.class)
          .hasMessageContaining("76800 tokens");
    }
  }

  /** Against ONNX Runtime: MiniLM with a linear layer on the first token. */
  @ParameterizedTest
  @MethodSource("devices")
  void shouldTakeVectorsThatTheModelHasPooledAsTheyAre(String device) throws Exception {
    Map<String, String> settings = Map.of("normalize", "false");
    ModelEntry entry = HeadedModel.entry("embedding", 12, settings);
    try (TextOracle pooled = new TextOracle(entry);
        Task task = Devices.task(entry, device)) {
      List<String> texts = List.of("Food.", EATING + " He likes it very much.");

      TaskResult result = submit(task, texts);

      for (int text = 0; text < 2; text++) {
        assertThat((float[]) ((List<?>) result.value()).get(text))
            .containsExactly(pooled.logits(pooled.encode(texts.get(text))), within(1e-4f));
      }
      assertThat(result.details()).containsEntry(EmbeddingTask.DIMENSIONS, 12);
    }
  }

  @Test
  void shouldRefuseToPoolWhatIsPooled() throws Exception {
    ModelEntry entry = HeadedModel.entry("embedding", 12, Map.of("pooling", "mean"));

    assertThatThrownBy(() -> Devices.task(entry, "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("pooling")
        .hasMessageContaining("the output 'logits' is one vector of a text already");
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldFeedAModelThatReadsInts(String device) throws Exception {
    try (Task task = Devices.task(TinyTextModel.ofInts(), device)) {
      float[] expected = TestVectors.unit(TestVectors.mean(oracle.hidden(EATING)));

      assertThat((float[]) submit(task, EATING).value()).containsExactly(expected, within(1e-4f));
    }
  }

  /** Windows of 18 word pieces between the special ones, of which 6 are those before. */
  @ParameterizedTest
  @MethodSource("devices")
  void shouldReadALongTextInWindows(String device) throws Exception {
    String text = (EATING + " The rocket left the pad at noon. ").repeat(3);
    long[] pieces = oracle.pieces(text);
    assertThat(pieces).hasSize(42);
    List<float[]> vectors = new ArrayList<>();
    int tokens = 0;
    for (int from : new int[] {0, 12, 24}) {
      int to = Math.min(42, from + 18);
      long[] ids = new long[to - from + 2];
      ids[0] = 101;
      System.arraycopy(pieces, from, ids, 1, to - from);
      ids[ids.length - 1] = 102;
      Collections.addAll(vectors, oracle.hidden(ids));
      tokens += ids.length;
    }

    try (Task task =
        task(device, "longTexts", "window", "windowOverlap", "6", "limits.maxTokens", "20")) {
      TaskResult result = submit(task, List.of(text, EATING));

      float[] vector = (float[]) ((List<?>) result.value()).get(0);
      // With mean pooling, the windows counted by their tokens are all tokens counted once.
      float[] mean = TestVectors.mean(vectors.toArray(float[][]::new));
      assertThat(vector).containsExactly(TestVectors.unit(mean), within(1e-4f));
      assertThat((float[]) ((List<?>) result.value()).get(1))
          .containsExactly(
              TestVectors.unit(TestVectors.mean(oracle.hidden(EATING))), within(1e-4f));
      assertThat(result.details())
          .containsEntry(TextModel.TRUNCATED, false)
          .containsEntry(TextModel.TOKENS, tokens + 8);
    }
  }

  @Test
  void shouldCountWindowsByTheirTokens() throws Exception {
    long[] first = {101, 1037, 2158, 2003, 5983, 2833, 1012, 102};
    long[] second = {101, 2833, 102};
    float[] vector = largest(oracle.hidden(first));
    float[] other = largest(oracle.hidden(second));
    float[] expected = new float[8];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (8 * vector[i] + 3 * other[i]) / 11;
    }

    Map<String, String> settings =
        Map.of(
            "pooling", "max",
            "normalize", "false",
            "longTexts", "window",
            "windowOverlap", "0",
            "limits.maxTokens", "8");
    try (Task task = Devices.task(TinyTextModel.entry(settings), "cpu")) {
      assertThat((float[]) submit(task, EATING + " food").value())
          .containsExactly(expected, within(1e-4f));
    }
  }

  @Test
  void shouldRefuseLongTextsWhenTold() {
    try (Task task = task("cpu", "longTexts", "refuse", "limits.maxTokens", "8")) {
      assertThat((float[]) submit(task, EATING).value()).hasSize(8);
      assertThatThrownBy(() -> submit(task, EATING + " Yes"))
          .hasCauseInstanceOf(InvalidInputException.class)
          .hasMessageContaining("over 6 tokens");
    }
  }

  @Test
  void shouldAnswerARecordWhenTold() throws Exception {
    try (Task task = task("cpu", "answer", "embedding", "limits.maxTokens", "8")) {
      List<?> answers = (List<?>) submit(task, List.of(EATING, EATING + " Yes.")).value();

      float[] vector = TestVectors.unit(TestVectors.mean(oracle.hidden(EATING)));
      Embedding first = (Embedding) answers.get(0);
      assertThat(first.vector()).containsExactly(vector, within(1e-5f));
      assertThat(first).isEqualTo(new Embedding("tiny/1", 8, 8, false, first.vector().clone()));
      assertThat(((Embedding) answers.get(1)).truncated()).isTrue();
    }
  }

  /** An OpenCL session makes a plan for each shape, and keeps it. */
  @ParameterizedTest
  @MethodSource("devices")
  void shouldPadToTheBucketsAlone(String device) throws Exception {
    Map<String, Setting> settings = Map.of("buckets", Setting.of("12", "24"));
    try (Task task =
        Devices.task(TinyTextModel.entry(TinyTextModel.VOCABULARY, settings), device)) {
      List<PlanDescription> before = task.servers().get(0).describe().plans();
      for (int words : new int[] {1, 5, 10, 11, 15, 22}) {
        float[] vector = (float[]) submit(task, "food ".repeat(words)).value();
        float[] expected = TestVectors.unit(TestVectors.mean(oracle.hidden("food ".repeat(words))));
        assertThat(vector).containsExactly(expected, within(1e-4f));
      }

      List<PlanDescription> plans = task.servers().get(0).describe().plans();
      assertThat(plans)
          .filteredOn(plan -> !before.contains(plan))
          .extracting(plan -> plan.inputs().get("input_ids").get(1))
          .isSubsetOf(12L, 24L);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pooling=last                             | MEAN, MAX, CLS, NONE
          maxLen=9                                 | limits.maxTokens
          limits.maxTokens=x                       | from 8
          windowOverlap=300                        | to 255
          longTexts=window, pooling=none           | one vector
          answer=embedding, pooling=none           | pooling: none
          output=sentence                          | last_hidden_state
          buckets=none                             | whole numbers from 1 to 512
          buckets=1000                             | whole numbers from 1 to 512
          """)
  void shouldRefuseSettingsItDoesNotUnderstand(String settings, String message) {
    Map<String, String> values = new HashMap<>();
    for (String setting : settings.split(", ")) {
      values.put(setting.split("=")[0], setting.split("=")[1]);
    }

    assertThatThrownBy(() -> Devices.task(TinyTextModel.entry(values), "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(message);
  }

  private static float[] largest(float[][] tokens) {
    float[] largest = new float[8];
    Arrays.fill(largest, Float.NEGATIVE_INFINITY);
    for (float[] token : tokens) {
      for (int i = 0; i < largest.length; i++) {
        largest[i] = Math.max(largest[i], token[i]);
      }
    }
    return largest;
  }

  private static Task task(String device, String... settings) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      values.put(settings[i], settings[i + 1]);
    }
    return Devices.task(TinyTextModel.entry(values), device);
  }

  private static TaskResult submit(Task task, Object body) {
    return task.submit(body, CALL).toCompletableFuture().join();
  }
}
