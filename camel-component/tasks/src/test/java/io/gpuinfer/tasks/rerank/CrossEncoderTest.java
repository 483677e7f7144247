package io.gpuinfer.tasks.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.text.HeadedModel;
import io.gpuinfer.tasks.text.TextModel;
import io.gpuinfer.tasks.text.TextOracle;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against ONNX Runtime, fed with what the tokenizer itself makes of a pair. The head of the model
 * is random, so that its order of the documents is any, but the same for both.
 */
class CrossEncoderTest {

  private static final TaskCall CALL = TaskCall.of(Priority.NORMAL);
  private static final String QUERY = "How do I change my password?";
  private static final List<String> DOCUMENTS =
      List.of(
          "The rocket left the launch pad at noon.",
          "To set a new password, open the settings.",
          "Our office is closed on public holidays.",
          "",
          "Passwords must be changed every ninety days; who forgets is reminded by a letter.",
          "How do I change my password?",
          "42");

  private static ModelEntry entry;
  private static TextOracle oracle;

  static Stream<String> devices() {
    return Devices.all();
  }

  @BeforeAll
  static void open() throws Exception {
    entry = HeadedModel.entry("rerank", 1, Map.of());
    oracle = new TextOracle(entry);
  }

  @AfterAll
  static void close() throws Exception {
    oracle.close();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldScoreAsTheModelDoesThatReadsBothTexts(String device) throws Exception {
    double[] expected = new double[DOCUMENTS.size()];
    int tokens = 0;
    for (int i = 0; i < expected.length; i++) {
      expected[i] = score(QUERY, DOCUMENTS.get(i));
      tokens += oracle.encode(QUERY, DOCUMENTS.get(i)).getIds().length;
    }
    Integer[] order =
        IntStream.range(0, expected.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -expected[i]))
            .toArray(Integer[]::new);
    assertThat(expected[order[0]] - expected[order[6]]).as("a spread to see").isGreaterThan(0.1);

    try (Task task = Devices.task(entry, device)) {
      TaskResult result = submit(task, new RankRequest(QUERY, DOCUMENTS));

      List<RankedText> ranked = ranked(result);
      assertThat(ranked).extracting(RankedText::index).containsExactly(order);
      assertThat(ranked)
          .allSatisfy(
              document ->
                  assertThat(document.score())
                      .as(document.text())
                      .isCloseTo(expected[document.index()], within(1e-4)));
      assertThat(result.details())
          .containsEntry(TextModel.TOKENS, tokens)
          .containsEntry(TextModel.TRUNCATED, false)
          .doesNotContainKey("Dimensions");
    }
  }

  /** With 24 places, of which three are special, the document of 20 pieces keeps 14. */
  @Test
  void shouldCutTheDocumentAndSaySo() throws Exception {
    Map<String, String> settings =
        Map.of("limits.maxTokens", "24", "topN", "1", "documentPrefix", "It says: ");
    try (Task task = Devices.task(entry.with(Devices.settings(settings)), "cpu")) {
      TaskResult result =
          submit(task, Map.of("query", QUERY, "documents", List.of("one two ".repeat(10))));

      assertThat(ranked(result).get(0).score())
          .isCloseTo(score(QUERY, "It says: " + "one two ".repeat(5) + "one"), within(1e-4));
      assertThat(result.details()).containsEntry(TextModel.TRUNCATED, true);
    }
  }

  @Test
  void shouldCountTheQueryWithTheDocuments() {
    Map<String, String> settings = Map.of("limits.maxTotalCharacters", "30");
    try (Task task = Devices.task(entry.with(Devices.settings(settings)), "cpu")) {
      assertThat(ranked(submit(task, new RankRequest("x".repeat(10), List.of("y".repeat(20))))))
          .hasSize(1);
      assertThatThrownBy(
              () -> submit(task, new RankRequest("x".repeat(11), List.of("y".repeat(20)))))
          .hasCauseInstanceOf(InvalidInputException.class)
          .hasMessageContaining("31 characters together, over the limit of 30");
    }
  }

  @Test
  void shouldStopReadingPairsWhenTheDeadlineHasPassed() {
    try (Task task = Devices.task(entry, "cpu")) {
      TaskCall late = new TaskCall(Priority.NORMAL, System.nanoTime());

      assertThatThrownBy(
              () ->
                  task.submit(new RankRequest(QUERY, DOCUMENTS), late).toCompletableFuture().join())
          .hasCauseInstanceOf(DeadlineExceededException.class)
          .hasMessageContaining("while the request was made ready");
    }
  }

  @Test
  void shouldRefuseAModelThatAnswersNeitherVectorsNorOneNumber() throws Exception {
    ModelEntry classes = HeadedModel.entry("rerank", 3, Map.of());

    assertThatThrownBy(() -> Devices.task(classes, "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("logits")
        .hasMessageContaining("[-1, 3]");
  }

  private static double score(String query, String document) throws Exception {
    return 1 / (1 + Math.exp(-oracle.logits(oracle.encode(query, document))[0]));
  }

  private static TaskResult submit(Task task, Object body) {
    return task.submit(body, CALL).toCompletableFuture().join();
  }

  private static List<RankedText> ranked(TaskResult result) {
    return ((List<?>) result.value()).stream().map(RankedText.class::cast).toList();
  }
}
