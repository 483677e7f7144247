package io.gpuinfer.tasks.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.JsonText;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.text.TestVectors;
import io.gpuinfer.tasks.text.TinyTextModel;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RerankTaskTest {

  private static final TaskCall CALL = TaskCall.of(Priority.NORMAL);
  private static final String QUERY = "How do I change my password?";
  private static final List<String> DOCUMENTS =
      List.of(
          "The rocket left the launch pad at noon.",
          "To set a new password, open the settings.",
          "Our office is closed on public holidays.");

  static Stream<String> devices() {
    return Devices.all();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldPutTheDocumentThatAnswersFirst(String device) {
    try (Task task = Devices.task(minilm(), device)) {
      List<?> ranked = rank(task, Map.of("query", QUERY, "documents", DOCUMENTS));

      assertThat(ranked).hasSize(3);
      RankedText best = (RankedText) ranked.get(0);
      assertThat(best.index()).isEqualTo(1);
      assertThat(best.text()).isEqualTo(DOCUMENTS.get(1));
      assertThat(best.score()).isGreaterThan(((RankedText) ranked.get(1)).score() + 0.3);
      assertThat(best).hasToString("#1 %.3f %s".formatted(best.score(), best.text()));
      assertThat(new RankedText(7, 0.5, "long ".repeat(20)).toString()).hasSize(70).endsWith("…");
    }
  }

  /** The score is the cosine of the two vectors that the task embedding gives. */
  @Test
  void shouldScoreByTheCosineOfTheEmbeddings() {
    try (Task rerank = Devices.task(tiny(Map.of("topN", "1", "queryPrefix", "query: ")), "cpu");
        Task embedding = Devices.task(TinyTextModel.entry(Map.of("normalize", "false")), "cpu")) {
      List<?> ranked = rank(rerank, new RankRequest("password", DOCUMENTS));
      assertThat(ranked).hasSize(1);
      RankedText best = (RankedText) ranked.get(0);
      float[] query = vector(embedding, "query: password");
      float[] document = vector(embedding, DOCUMENTS.get(best.index()));
      assertThat(best.score()).isCloseTo(TestVectors.cosine(query, document), within(1e-5));
    }
  }

  @Test
  void shouldTakeARequestAsJson() {
    try (Task task = Devices.task(tiny(Map.of()), "cpu")) {
      String json = JsonText.of(new RankRequest(QUERY, DOCUMENTS));

      assertThat(rank(task, json)).isEqualTo(rank(task, new RankRequest(QUERY, DOCUMENTS)));
    }
  }

  @Test
  void shouldRefuseWhatItCannotRank() {
    try (Task task = Devices.task(tiny(Map.of("limits.maxDocuments", "5")), "cpu")) {
      for (Object body :
          new Object[] {
            "text",
            "{\"query\": \"cut",
            "[1, 2]",
            "null",
            Map.of("query", QUERY),
            Map.of("query", "x".repeat(10 << 20), "documents", DOCUMENTS),
            Map.of("query", QUERY, "documents", List.of("x", "x".repeat(10 << 20))),
            Map.of("query", 3, "documents", DOCUMENTS),
            Map.of("query", QUERY, "documents", List.of(1)),
            new RankRequest(QUERY, List.of()),
            new RankRequest(QUERY, Collections.nCopies(6, "x"))
          }) {
        assertThatThrownBy(() -> rank(task, body)).hasCauseInstanceOf(InvalidInputException.class);
      }
      assertThatThrownBy(() -> rank(task, Map.of("query", QUERY)))
          .hasMessageContaining("one with the keys [query]");
      assertThatThrownBy(() -> rank(task, "a text")).hasMessageContaining("no JSON object");
    }
  }

  private static ModelEntry minilm() {
    return new ModelEntry("minilm", "1", "rerank", Devices.minilm(Map.of()).files(), Map.of());
  }

  private static ModelEntry tiny(Map<String, String> settings) {
    ModelEntry tiny = TinyTextModel.entry(settings);
    return new ModelEntry("tiny", "1", "rerank", tiny.files(), tiny.settings());
  }

  private static List<?> rank(Task task, Object body) {
    return (List<?>) task.submit(body, CALL).toCompletableFuture().join().value();
  }

  private static float[] vector(Task task, String text) {
    return (float[]) task.submit(text, CALL).toCompletableFuture().join().value();
  }
}
