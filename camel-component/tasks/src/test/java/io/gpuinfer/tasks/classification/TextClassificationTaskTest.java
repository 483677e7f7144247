package io.gpuinfer.tasks.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.Setting;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.text.HeadedModel;
import io.gpuinfer.tasks.text.TextModel;
import io.gpuinfer.tasks.text.TextOracle;
import io.gpuinfer.tasks.text.TinyTextModel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** MiniLM with a random head of three classes, against ONNX Runtime. */
class TextClassificationTaskTest {

  private static final TaskCall CALL = TaskCall.of(Priority.NORMAL);
  private static final List<String> LABELS = List.of("bad", "so-so", "good");
  private static final List<String> TEXTS =
      List.of(
          "A man is eating food.",
          "",
          "The film was a waste of an evening, and the popcorn was stale.",
          "Best book I have read in years!");

  private static ModelEntry entry;
  private static TextOracle oracle;

  static Stream<String> devices() {
    return Devices.all();
  }

  @BeforeAll
  static void open() throws Exception {
    entry = HeadedModel.entry("classification", 3, Map.of());
    oracle = new TextOracle(entry);
  }

  @AfterAll
  static void close() throws Exception {
    oracle.close();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldNameTheClassesOfTextsAsOnnxRuntimeFindsThem(String device) throws Exception {
    Map<String, Setting> labels = Map.of("labels", Setting.of("bad", "so-so", "good"));
    try (Task task = Devices.task(entry.with(labels), device)) {
      assertThat(task.type()).isEqualTo(TaskType.CLASSIFICATION);
      assertThat(task.content()).isEqualTo(Content.TEXT);

      TaskResult result = submit(task, TEXTS);

      List<?> answers = (List<?>) result.value();
      assertThat(answers).hasSameSizeAs(TEXTS);
      int tokens = 0;
      for (int i = 0; i < TEXTS.size(); i++) {
        assertClasses(answers.get(i), softmax(oracle.logits(oracle.encode(TEXTS.get(i)))));
        tokens += oracle.encode(TEXTS.get(i)).getIds().length;
      }
      assertThat(result.details())
          .containsEntry(TextModel.TOKENS, tokens)
          .containsEntry(TextModel.TRUNCATED, false);
      assertThat((List<?>) submit(task, TEXTS.get(3)).value()).hasSize(3);
      assertThatThrownBy(() -> submit(task, 42)).hasCauseInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void shouldTakeLabelsFromTheFileAndEachClassForItselfWhenTold() throws Exception {
    Map<String, String> settings =
        Map.of("activation", "sigmoid", "topK", "1", "limits.maxTokens", "8");
    try (Task task = Devices.task(withLabels("bad\nso-so\ngood\n", settings), "cpu")) {
      TaskResult result = submit(task, TEXTS.get(0) + " And more.");

      float[] logits = oracle.logits(oracle.encode(TEXTS.get(0)));
      Classification best = (Classification) ((List<?>) result.value()).get(0);
      assertThat(best.probability())
          .isCloseTo(1 / (1 + Math.exp(-logits[best.index()])), within(1e-4));
      assertThat(best.label()).isEqualTo(LABELS.get(best.index()));
      assertThat((List<?>) result.value()).hasSize(1);
      assertThat(result.details()).containsEntry(TextModel.TRUNCATED, true);
    }
  }

  @Test
  void shouldRefuseWhatDoesNotFitTheModel() {
    assertRefused(withLabels("bad\ngood\n", Map.of()), "3 classes", "are 2 lines");
    assertRefused(
        entry.with(Map.of("labels", Setting.of("a", "b"))), "3 classes", "are 2 elements");
    assertRefused(
        entry.with(Devices.settings(Map.of("longTexts", "window"))), "truncate or refuse");
    assertRefused(
        entry.with(Devices.settings(Map.of("preprocessing.preset", "clip"))),
        "preprocessing.preset",
        "limits.maxTokens");
    ModelEntry vectors = TinyTextModel.entry(Map.of());
    assertRefused(
        new ModelEntry("tiny", "1", "classification", vectors.files(), Map.of()),
        "one number for each of several classes");
  }

  private static void assertRefused(ModelEntry model, String... messages) {
    assertThatThrownBy(() -> Devices.task(model, "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContainingAll(messages);
  }

  private static ModelEntry withLabels(String labels, Map<String, String> settings) {
    Map<String, ModelSource> files = new HashMap<>(entry.files());
    files.put("labels", ModelSource.of("labels.txt", labels.getBytes(StandardCharsets.UTF_8)));
    return new ModelEntry("m", "1", "classification", files, Devices.settings(settings));
  }

  private static void assertClasses(Object answer, double[] expected) {
    List<Classification> classes =
        ((List<?>) answer).stream().map(Classification.class::cast).toList();
    assertThat(classes).hasSize(3);
    for (Classification one : classes) {
      assertThat(one.probability()).isCloseTo(expected[one.index()], within(1e-4));
      assertThat(one.label()).isEqualTo(LABELS.get(one.index()));
    }
    assertThat(classes)
        .extracting(Classification::probability)
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  private static double[] softmax(float[] logits) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    double[] probabilities = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(logits[i]) / sum;
    }
    return probabilities;
  }

  private static TaskResult submit(Task task, Object body) {
    return task.submit(body, CALL).toCompletableFuture().join();
  }
}
