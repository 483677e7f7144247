package io.gpuinfer.serving;

import static io.gpuinfer.serving.TestServer.RUN;
import static io.gpuinfer.serving.TestServer.answerOf;
import static io.gpuinfer.serving.TestServer.failureOf;
import static io.gpuinfer.serving.TestServer.isCanary;
import static io.gpuinfer.serving.TestServer.rows;
import static io.gpuinfer.serving.TestServer.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that share a run, on the virtual clock. */
class ModelServerBatchTest {

  private static final Duration LONG = Duration.ofSeconds(10);

  private static TestServer server(int maxBatchSize) {
    return new TestServer(config(maxBatchSize));
  }

  private static ServerConfig.Builder config(int maxBatchSize) {
    return ServerConfig.builder("fake", "3")
        .maxBatchSize(maxBatchSize)
        .canaryInterval(Duration.ZERO);
  }

  @Test
  void shouldJoinRequestsOfOneShapeUpToTheLargestBatch() {
    TestServer test = server(3);
    test.ask(0);
    List<CompletableFuture<InferenceResult>> answers = new ArrayList<>(test.submitAll(4));
    answers.add(test.submit(rows(5, 1, 2)));
    test.pass(LONG);

    assertThat(answers.stream().map(answer -> answer.join().batchSize()))
        .containsExactly(3, 3, 3, 1, 1);
    assertThat(answerOf(answers.get(1))).isEqualTo(value(1));
    assertThat(test.runs().get(1)).isEqualTo(Tensor.of(new float[] {0, 1, 2}, 3, 1));
    assertThat(test.server.statistics().executions()).isEqualTo(4);
    assertThat(test.server.statistics().items()).isEqualTo(6);
  }

  @Test
  void shouldGiveEachRequestItsOwnRows() {
    TestServer test = server(8);
    test.ask(0);
    List<CompletableFuture<InferenceResult>> answers =
        List.of(test.submit(rows(1, 2, 1)), test.submit(rows(2, 1, 1)), test.submit(rows(3, 4, 1)));
    test.pass(LONG);

    assertThat(test.runs().get(1)).isEqualTo(Tensor.of(new float[] {1, 1, 2, 3, 3, 3, 3}, 7, 1));
    assertThat(answers.stream().map(TestServer::answerOf))
        .containsExactly(rows(1, 2, 1), rows(2, 1, 1), rows(3, 4, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 14, 15})
  void shouldFindTheOneBadRequestOfABatchByHalvingIt(int place) {
    TestServer test = server(16);
    test.devices.set(0, refusingNegative(test));
    test.ask(0);
    List<CompletableFuture<InferenceResult>> answers =
        IntStream.range(0, 16).mapToObj(i -> test.submit(i == place ? -1f : 1f + i)).toList();
    test.pass(LONG);

    for (int i = 0; i < 16; i++) {
      if (i == place) {
        assertThat(failureOf(answers.get(i))).hasMessage("negative");
      } else {
        assertThat(answerOf(answers.get(i))).isEqualTo(value(1f + i));
      }
    }
    assertThat(test.runs()).as("the whole, and two halves at each step").hasSize(1 + 1 + 2 * 4);
    assertThat(test.server.counts()).isEqualTo(new ServerCounts(17, 16, 1, 0, 0, 0, 0));
  }

  @Test
  void shouldNotRunHalvesOfWhatHasEndedMeanwhile() {
    TestServer test = server(4);
    test.devices.set(0, refusingNegative(test));
    learn(test);
    int before = test.runs().size();
    test.ask(0);
    long deadline = test.in(RUN.multipliedBy(2).plusMillis(5));
    test.ask(-1);
    test.ask(1);
    List<CompletableFuture<InferenceResult>> late =
        List.of(test.submit(2, deadline), test.submit(3, deadline));
    test.pass(LONG);

    assertThat(late)
        .allSatisfy(
            one -> assertThat(failureOf(one)).isInstanceOf(DeadlineExceededException.class));
    assertThat(test.runs().subList(before, test.runs().size()))
        .as("not the half with those that expired")
        .extracting(run -> run.dim(0))
        .containsExactly(1L, 4L, 2L, 1L, 1L);
  }

  @Test
  void shouldAnswerOneByOneWhereOutputsCannotBeSharedOutAndTellSo() {
    TestServer test = server(4);
    test.devices.set(
        0,
        (inputs, bounds) ->
            Map.of("y", isCanary(inputs) ? value(0) : value((float) inputs.get("x").doubleAt(0))));
    test.ask(0);
    List<CompletableFuture<InferenceResult>> answers = test.submitAll(4);
    test.pass(LONG);

    assertThat(answers.stream().map(TestServer::answerOf))
        .containsExactly(value(0), value(1), value(2), value(3));
    assertThat(test.server.errors())
        .extracting(ServerError::message)
        .first()
        .asString()
        .contains("maxBatchSize to 1");
  }

  @Test
  void shouldRunALargeRequestInPartsAndPutTheAnswerTogether() {
    TestServer test = server(4);
    Tensor x = Tensor.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 10, 1);
    CompletableFuture<InferenceResult> answer = test.submit(x);
    test.pass(LONG);

    assertThat(answerOf(answer)).isEqualTo(x);
    assertThat(test.runs()).extracting(run -> run.dim(0)).containsExactly(4L, 4L, 2L);
    assertThat(answer.join().computeNanos()).isEqualTo(3 * RUN.toNanos());
    assertThat(test.server.counts()).isEqualTo(new ServerCounts(1, 1, 0, 0, 0, 0, 0));
  }

  @Test
  void shouldFillTheLastPartOfALargeRequestWithOthers() {
    TestServer test = server(4);
    test.ask(0);
    CompletableFuture<InferenceResult> large = test.submit(rows(7, 6, 1));
    CompletableFuture<InferenceResult> small = test.submit(8);
    test.pass(LONG);

    assertThat(answerOf(large)).isEqualTo(rows(7, 6, 1));
    assertThat(answerOf(small)).isEqualTo(value(8));
    assertThat(test.runs()).extracting(run -> run.dim(0)).containsExactly(1L, 4L, 3L);
  }

  @Test
  void shouldDropTheOtherPartsOfALargeRequestOnceOneFailed() {
    TestServer test = server(4);
    test.devices.set(0, refusingNegative(test));
    CompletableFuture<InferenceResult> large = test.submit(rows(-1, 12, 1));
    CompletableFuture<InferenceResult> next = test.submit(1);
    test.pass(LONG);

    assertThat(failureOf(large)).hasMessage("negative");
    assertThat(answerOf(next)).isEqualTo(value(1));
    assertThat(test.runs()).hasSize(2);
    assertThat(test.server.counts()).isEqualTo(new ServerCounts(2, 1, 1, 0, 0, 0, 0));
  }

  @Test
  void shouldRefuseToPutPartsTogetherThatHaveNotTheirRows() {
    TestServer test = server(4);
    test.devices.set(0, (inputs, bounds) -> Map.of("y", value(1)));
    CompletableFuture<InferenceResult> large = test.submit(rows(1, 10, 1));
    test.pass(LONG);

    assertThat(failureOf(large)).hasMessageContaining("cannot be shared out");
  }

  @Test
  void shouldRunRequestsWithoutACommonFirstAxisByThemselvesAndAtOnce() {
    TestServer test = server(4);
    learn(test);
    int before = test.runs().size();
    Map<String, Tensor> odd = Map.of("x", rows(1, 2, 1), "z", rows(1, 3, 1));
    long asked = test.now();
    List<Long> started = new ArrayList<>();
    test.devices.set(
        0,
        (inputs, bounds) -> {
          started.add(test.now());
          return test.echo(inputs, bounds);
        });
    test.ask(odd);
    test.ask(odd);
    test.pass(LONG);

    assertThat(test.runs()).hasSize(before + 2);
    assertThat(started).containsExactly(asked, asked + RUN.toNanos());
  }

  @Test
  void shouldRunRequestsOfUnequalLengthTogetherPaddedWhereThatPays() {
    TestServer test = new TestServer(config(4).padding(new Padding(1)));
    test.devices.set(0, test.echo(RUN, Duration.ofNanos(1000)));
    learn(test);
    int before = test.runs().size();
    test.ask(0);
    CompletableFuture<InferenceResult> small = test.submit(rows(1, 1, 2));
    CompletableFuture<InferenceResult> longer = test.submit(rows(2, 2, 3));
    test.pass(LONG);

    assertThat(test.runs().subList(before + 1, test.runs().size()))
        .containsExactly(Tensor.of(new float[] {1, 1, 0, 2, 2, 2, 2, 2, 2}, 3, 3));
    assertThat(answerOf(small)).isEqualTo(Tensor.of(new float[] {1, 1, 0}, 1, 3));
    assertThat(answerOf(longer)).isEqualTo(rows(2, 2, 3));
  }

  @Test
  void shouldNotPadWhereThatTakesLongerThanARunOfItsOwn() {
    TestServer test = new TestServer(config(4).padding(new Padding(1)));
    test.devices.set(0, test.echo(Duration.ofMillis(1), Duration.ofMillis(1)));
    learn(test);
    int before = test.runs().size();
    test.ask(0);
    test.ask(rows(1, 1, 2));
    test.ask(rows(2, 1, 20));
    test.pass(LONG);

    assertThat(test.runs().subList(before, test.runs().size()))
        .extracting(run -> run.dim(1))
        .containsExactly(1L, 2L, 20L);
  }

  @Test
  void shouldPutPartsTogetherThatWerePaddedDifferently() {
    TestServer test = new TestServer(config(4).padding(new Padding(1)));
    test.devices.set(0, test.echo(RUN, Duration.ofNanos(1000)));
    learn(test);
    test.ask(0);
    CompletableFuture<InferenceResult> large =
        test.submit(Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 6, 2));
    CompletableFuture<InferenceResult> longer = test.submit(rows(7, 2, 3));
    test.pass(LONG);

    assertThat(answerOf(large))
        .isEqualTo(
            Tensor.of(new float[] {1, 2, 0, 3, 4, 0, 5, 6, 0, 7, 8, 0, 9, 10, 0, 11, 12, 0}, 6, 3));
    assertThat(answerOf(longer)).isEqualTo(rows(7, 2, 3));
  }

  @Test
  void shouldNotLetTheDeadlineOfOneCutAnotherShort() {
    TestServer test = server(4);
    test.ask(0);
    long early = test.in(Duration.ofSeconds(1));
    long late = test.in(Duration.ofSeconds(2));
    test.ask(1, early);
    CompletableFuture<InferenceResult> other = test.submit(2, late);
    test.pass(RUN.plusMillis(5));

    var options = test.session().options.get(test.session().options.size() - 1);
    assertThat(options.deadlineNanos()).isEqualTo(late);
    other.cancel(false);
    assertThat(options.cancelled().getAsBoolean()).as("the other one still wants it").isFalse();
  }

  @Test
  void shouldWaitForCallersThatAlwaysComeBackTogether() {
    TestServer test = new TestServer(config(8).maxBatchDelay(Duration.ofMillis(2)));
    for (int caller = 0; caller < 4; caller++) {
      ask(test, caller, 100);
    }
    test.pass(Duration.ofSeconds(30));

    List<BatchReport> last = test.told.batches.subList(50, test.told.batches.size() - 10);
    assertThat(last.stream().mapToInt(BatchReport::requests).average().orElseThrow())
        .isGreaterThan(3.5);
  }

  @Test
  void shouldNotLetASingleCallerWait() {
    TestServer test = new TestServer(config(8).maxBatchDelay(Duration.ofMillis(2)));
    ask(test, 0, 100);
    test.pass(Duration.ofSeconds(30));

    assertThat(test.told.requests)
        .hasSize(100)
        .allSatisfy(one -> assertThat(one.totalNanos()).isEqualTo(RUN.toNanos()));
  }

  /** A caller that asks again 0.1 ms after each answer, or a little later. */
  private static void ask(TestServer test, int caller, int times) {
    TestServer.whenEnded(
        test.submit(1),
        (result, e) -> {
          if (times > 1) {
            test.threads.schedule(100_000L + 10_000L * caller, () -> ask(test, caller, times - 1));
          }
        });
  }

  /** Lets a server see batches of many sizes. */
  private static void learn(TestServer test) {
    for (int i = 0; i < 30; i++) {
      for (int request = 0; request < 1 + i % 4; request++) {
        test.ask(1);
      }
      test.pass(Duration.ofSeconds(1));
    }
  }

  private static TestServer.Behaviour refusingNegative(TestServer test) {
    return (inputs, bounds) -> {
      Tensor x = inputs.get("x");
      Map<String, Tensor> answer = test.echo(inputs, bounds);
      if (IntStream.range(0, x.size()).anyMatch(i -> x.doubleAt(i) < 0)) {
        throw new InvalidInputException("negative");
      }
      return answer;
    };
  }
}
