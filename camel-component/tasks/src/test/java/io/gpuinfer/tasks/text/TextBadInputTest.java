package io.gpuinfer.tasks.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.ServingOptions;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a task for texts must bear, or refuse for what it is, and serve on. */
class TextBadInputTest {

  private static final TaskCall CALL = TaskCall.of(Priority.NORMAL);
  private static final int TEN_MB = 10 << 20;

  private static Task task;

  static Stream<String> devices() {
    return Devices.all();
  }

  @BeforeAll
  static void load() {
    task = Devices.task(TinyTextModel.entry(Map.of()), "cpu");
  }

  @AfterAll
  static void close() {
    task.close();
  }

  @AfterEach
  void shouldServeOn() {
    assertThat((float[]) submit("food").value()).hasSize(8);
  }

  /** Unbounded, the tokenizer alone would need some ten seconds for it. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "word ", "\n", "\ud83d\ude00", "\u0000"})
  @Timeout(5)
  void shouldRefuseATextOfTenMegabytesAtOnce(String part) {
    String text = part.repeat(TEN_MB / part.length());

    assertRefused(text, "over the limit of 1000000; limits.maxCharacters");
    assertRefused(List.of("food", text), "over the limit of 1000000; limits.maxCharacters");
  }

  @Test
  @Timeout(5)
  void shouldRefuseAListOfAHundredThousandTextsAtOnce() {
    assertRefused(Collections.nCopies(100_000, "food"), "100000 texts are over the limit of 1000;");
  }

  /** Unbounded, a worker would be in the tokenizer for half an hour. */
  @Test
  @Timeout(5)
  void shouldRefuseTextsThatAreTooLongTogetherAtOnce() {
    assertRefused(
        Collections.nCopies(1000, "x".repeat(1_000_000)),
        "1000000000 characters together, over the limit of 4000000; limits.maxTotalCharacters");
  }

  /** The texts take the tokenizer seconds each; the call ends after the one that it was in. */
  @Test
  @Timeout(20)
  void shouldStopReadingTextsWhenTheDeadlineHasPassed() {
    Map<String, String> settings = Map.of("limits.maxTotalCharacters", "200000000");
    try (Task patient = Devices.task(TinyTextModel.entry(settings), "cpu")) {
      long deadline = System.nanoTime() + 500_000_000;
      List<String> texts = Collections.nCopies(200, "one two ".repeat(100_000));

      assertThatThrownBy(
              () ->
                  patient
                      .submit(texts, new TaskCall(Priority.NORMAL, deadline))
                      .toCompletableFuture()
                      .join())
          .hasCauseInstanceOf(DeadlineExceededException.class)
          .hasMessageContaining("while the request was made ready");
    }
  }

  @Test
  void shouldTakeItsLimitsFromTheSettings() {
    Map<String, String> settings = Map.of("limits.maxCharacters", "4", "limits.maxTexts", "2");
    try (Task strict = Devices.task(TinyTextModel.entry(settings), "cpu")) {
      assertThat(submit(strict, List.of("food", "eat")).value()).isNotNull();
      assertThatThrownBy(() -> submit(strict, "foods")).hasMessageContaining("5 characters");
      assertThatThrownBy(() -> submit(strict, List.of("a", "b", "c")))
          .hasMessageContaining("3 texts are over the limit of 2");
    }
  }

  @Test
  void shouldRefuseWhatIsNoText() {
    assertRefused(42, "Integer");
    assertRefused(null, "nothing");
    assertRefused(List.of(), "the list is empty");
    assertRefused(Arrays.asList("a", null), "nothing");
    assertRefused(List.of("a", List.of("b")), "not List");
  }

  @Test
  void shouldReadTextsOfNothing() {
    float[] empty = (float[]) submit("").value();

    assertThat(empty).hasSize(8).doesNotContain(Float.NaN);
    for (String text : List.of(" ", "\t\r\n", "\u0000", "\u0000\u0000", "\ufeff")) {
      assertThat((float[]) submit(text).value()).containsExactly(empty, within(1e-6f));
    }
  }

  @Test
  void shouldLeaveOutNulCharacters() {
    assertThat((float[]) submit("fo\u0000od").value())
        .containsExactly((float[]) submit("food").value(), within(1e-6f));
  }

  /** The rest of the text keeps its meaning: here a face and an accent. */
  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "\udc00", "\udc00\ud800", "\ud83d\ud83d"})
  void shouldReadALoneSurrogateAsTheReplacementCharacter(String lone) {
    String replaced = "\ufffd".repeat(lone.length());

    TaskResult result = submit("caf\u00e9 \ud83d\ude00 " + lone + " food");

    assertThat((float[]) result.value())
        .containsExactly(
            (float[]) submit("caf\u00e9 \ud83d\ude00 " + replaced + " food").value(),
            within(1e-6f));
    assertThat(result.details()).containsEntry(TextModel.TOKENS, 5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "{}", "null", "[1, 2]", "no JSON", "\u0000\u0001", "{\"model\": {}}"})
  void shouldRefuseATokenizerThatIsNone(String content) {
    ModelEntry entry = withTokenizer(content.getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> Devices.task(entry, "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("Cannot read the tokenizer tokenizer.json");
  }

  @Test
  void shouldRefuseADamagedTokenizer() throws Exception {
    byte[] whole = TextOracle.bytes(TinyTextModel.entry(Map.of()).file("tokenizer"));
    byte[] noise = whole.clone();
    Arrays.fill(noise, whole.length / 2, whole.length / 2 + 50, (byte) 0xFF);

    for (byte[] damaged : List.of(Arrays.copyOf(whole, whole.length / 2), noise)) {
      assertThatThrownBy(() -> Devices.task(withTokenizer(damaged), "cpu"))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("Cannot read the tokenizer tokenizer.json");
    }
  }

  @Test
  void shouldNameTheTokenizerThatIsMissing() {
    ModelEntry whole = TinyTextModel.entry(Map.of());
    ModelEntry without =
        new ModelEntry("bare", "1", "embedding", Map.of("model", whole.file("model")), Map.of());

    assertThatThrownBy(() -> Devices.task(without, "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("no file for the role 'tokenizer'");
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldRefuseATokenizerOfALargerModel(String device) {
    ModelEntry entry = TinyTextModel.entry(20_000, Map.of());

    assertThatThrownBy(() -> Devices.task(entry, device))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("numbered to 30521")
        .hasMessageContaining("tokenizer of another model?");
  }

  /** Loaded without a warm-up, the model tells it by itself. */
  @ParameterizedTest
  @MethodSource("devices")
  void shouldRefuseTextsThatATableHasNoPlaceFor(String device) {
    ServingOptions cold = ServingOptions.builder(device).warmup(false).build();
    try (Task small = Devices.task(TinyTextModel.entry(3000, Map.of()), cold)) {
      // "rocket" is piece 7596, "food" is 2833.
      assertThatThrownBy(() -> submit(small, "rocket"))
          .hasCauseInstanceOf(InvalidInputException.class);
      assertThat((float[]) submit(small, "food").value()).hasSize(8);
    }
  }

  private static ModelEntry withTokenizer(byte[] content) {
    ModelEntry whole = TinyTextModel.entry(Map.of());
    Map<String, ModelSource> files = new HashMap<>(whole.files());
    files.put("tokenizer", ModelSource.of("tokenizer.json", content));
    return new ModelEntry("tiny", "1", "embedding", files, Map.of());
  }

  private static void assertRefused(Object body, String message) {
    assertThatThrownBy(() -> submit(body))
        .hasCauseInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  private static TaskResult submit(Object body) {
    return submit(task, body);
  }

  private static TaskResult submit(Task task, Object body) {
    return task.submit(body, CALL).toCompletableFuture().join();
  }
}
