package io.gpuinfer.samples.fleet.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A real broker and real workers, each a process, and one fleet for all tests, since each start
 * takes seconds.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FleetTest {

  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final int PARTITIONS = 6;
  private static final List<String> SENTENCES =
      List.of("A man is eating food.", "The invoice is lost", "Zwei Karten, bitte!", "");

  private static final Queue<Answer> ANSWERS = new ConcurrentLinkedQueue<>();

  private static KafkaBroker broker;
  private static FleetWorkers workers;
  private static Fleet fleet;
  private static String first;

  @BeforeAll
  static void startAWorkerBeforeKafka() throws IOException {
    Path folder =
        Files.createTempDirectory(Files.createDirectories(TARGET.resolve("runs")), "test-");
    broker =
        new KafkaBroker(folder, Files.readString(TARGET.resolve("../broker/target/classpath")));
    FleetTopics topics = new FleetTopics("test");
    WorkerSettings settings =
        new WorkerSettings(
            TARGET.resolve("classes") + ":" + Files.readString(TARGET.resolve("classpath")),
            1,
            topics.options(broker.address()));
    workers =
        new FleetWorkers(
            folder, settings.with(Map.of("fleet.device", "opencl", "fleet.retryDelay", "300")));
    first = workers.start("worker-1");
    workers.awaitLog(first, "Kafka does not answer at " + broker.address());
    broker.start();
    fleet = new Fleet(broker.address(), topics, PARTITIONS, workers, System.out::println);
    fleet.answers().tell(ANSWERS::add);
  }

  @AfterAll
  static void endAll() {
    if (fleet != null) {
      fleet.close();
    } else if (workers != null) {
      workers.close();
    }
    broker.close();
  }

  @Test
  @Order(1)
  void aWorkerWaitsForKafkaAndGoesOnWhenItComes() throws IOException {
    workers.start("worker-2");
    workers.awaitLog(first, "Kafka answers at " + broker.address());
    List<String> ids = ids("sentence-", SENTENCES.size());
    ids.forEach(id -> fleet.load().send(id, SENTENCES.get(ids.indexOf(id))));
    assertThat(fleet.load().flush()).isEmpty();
    fleet.awaitAnswers(ids);
    fleet.awaitShared();
    assertThat(answers("sentence-"))
        .hasSize(SENTENCES.size())
        .allSatisfy(answer -> assertThat(answer.modelVersion()).isEqualTo("1"));
    assertSameAsOnTheProcessor(answers("sentence-"), "gpu-infer:minilm?device=cpu");
  }

  @Test
  @Order(2)
  void aKilledWorkerLosesNothingAndPoisonStopsNobody() {
    fleet.load().send("too-large", new byte[2 << 20]);
    fleet.load().send(null, "A request without an id");
    fleet.load().send("without-value", (byte[]) null);
    fleet.load().send("too-long", "x".repeat(20_000));
    assertThat(fleet.load().flush())
        .containsOnlyKeys("too-large")
        .hasEntrySatisfying(
            "too-large",
            reason ->
                assertThat(reason)
                    .isEqualTo(
                        "A request of 2097152 bytes is larger than the broker allows on topic"
                            + " test.requests (its max.message.bytes)"));

    KillRun.Outcome outcome = new KillRun(fleet).run(1500, 0, 1);

    System.out.print(FleetReport.of(outcome, 1));
    assertThat(outcome.lost()).isEmpty();
    fleet.awaitAnswers(List.of("without-value", "too-long"));
    Awaitility.await().until(() -> reasons().size() == 3);
    assertThat(answers("kill-")).hasSize(1500);
    assertThat(ANSWERS.stream().filter(answer -> answer.id() != null).map(Answer::id))
        .doesNotHaveDuplicates();
    assertThat(ANSWERS.stream().map(Answer::worker)).contains("worker-1.1", "worker-2.1");
    assertThat(outcome.rebalanceMillis()).hasSize(PARTITIONS / 2);
    assertThat(reasons())
        .containsExactlyInAnyOrder(
            "InvalidInputException: The record has no key: a request is keyed by its id, by which"
                + " its answer is found",
            "InvalidInputException: The body is empty: there is nothing to infer from",
            "InvalidInputException: A text of 20000 characters is over the limit of 10000;"
                + " limits.maxCharacters sets it");
  }

  @Test
  @Order(3)
  void aWorkerWithAnotherVersionSaysSo() throws IOException {
    Path models = Files.createTempDirectory(TARGET.resolve("runs"), "models-");
    Files.writeString(
        Files.createDirectories(models.resolve("minilm/2")).resolve("model.yaml"),
        """
        task: embedding
        files:
          model: classpath:all-minilm-l6-v2.onnx
          tokenizer: classpath:all-minilm-l6-v2-tokenizer.json
        settings:
          pooling: cls
        """);
    String canary = workers.start("canary", Map.of("fleet.models", models.toString()));
    fleet.awaitShared();

    List<String> ids = ids("version-", 60);
    ids.forEach(id -> fleet.load().send(id, SENTENCES.get(0)));
    fleet.awaitAnswers(ids);

    assertThat(answers("version-"))
        .allSatisfy(
            answer ->
                assertThat(answer.modelVersion())
                    .isEqualTo(answer.worker().equals(canary) ? "2" : "1"));
    assertThat(answers("version-").stream().map(Answer::worker))
        .contains("worker-1.2", "worker-2.1", canary);
    Map<String, Answer> byVersion =
        answers("version-").stream()
            .collect(Collectors.toMap(Answer::modelVersion, answer -> answer, (one, other) -> one));
    assertThat(byVersion).containsOnlyKeys("1", "2");
    assertCloseTo(vector(byVersion.get("1")), "gpu-infer:minilm?device=cpu");
    assertCloseTo(vector(byVersion.get("2")), "gpu-infer:minilm?device=cpu&settings.pooling=cls");
    workers.stop(canary);
  }

  @Test
  @Order(4)
  void whatAWorkerHasNoTimeForIsTriedElsewhereAndNotForEver() {
    // Nothing can be answered in a millisecond.
    workers.start("slow", Map.of("fleet.requestTimeout", "1"));
    fleet.awaitShared();

    List<String> ids = ids("late-", 240);
    fleet.load().sendTexts(ids, 0);
    fleet.awaitAnswers(ids);

    List<Answer> late = answers("late-");
    assertThat(late).hasSize(ids.size());
    assertThat(late)
        .filteredOn(Answer::isDead)
        .allSatisfy(
            answer -> {
              assertThat(answer.attempt()).isEqualTo(3);
              assertThat(answer.reason()).startsWith("DeadlineExceededException: Request ");
            });
    assertThat(late)
        .filteredOn(answer -> !answer.isDead())
        .extracting(Answer::attempt)
        .contains(1)
        .containsAnyOf(2, 3);
  }

  private static List<String> ids(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private static List<Answer> answers(String prefix) {
    return ANSWERS.stream()
        .filter(answer -> answer.id() != null && answer.id().startsWith(prefix))
        .toList();
  }

  private static List<String> reasons() {
    return ANSWERS.stream().filter(Answer::isDead).map(Answer::reason).toList();
  }

  private static void assertSameAsOnTheProcessor(List<Answer> answers, String endpoint)
      throws IOException {
    for (Answer answer : answers) {
      int index = Integer.parseInt(answer.id().substring(answer.id().indexOf('-') + 1));
      assertClose(vector(answer), onTheProcessor(endpoint, SENTENCES.get(index)));
    }
  }

  private static void assertCloseTo(float[] vector, String endpoint) throws IOException {
    assertClose(vector, onTheProcessor(endpoint, SENTENCES.get(0)));
  }

  private static void assertClose(float[] vector, float[] expected) {
    assertThat(vector).hasSameSizeAs(expected).isNotEmpty();
    for (int i = 0; i < vector.length; i++) {
      assertThat(vector[i]).isCloseTo(expected[i], within(1e-3f));
    }
  }

  /** ONNX Runtime's answer. */
  private static float[] onTheProcessor(String endpoint, String text) throws IOException {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.start();
      return context.createProducerTemplate().requestBody(endpoint, text, float[].class);
    }
  }

  private static float[] vector(Answer answer) {
    String[] numbers =
        new String(answer.value(), StandardCharsets.UTF_8).replaceAll("[\\[\\]\\s]", "").split(",");
    float[] vector = new float[numbers.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = Float.parseFloat(numbers[i]);
    }
    return vector;
  }
}
